// SPDX-License-Identifier: GPL-3.0-or-later
// All rows of a table, by SQLite itself and beside the classes under test.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <vector>

namespace msrl::tests {

inline constexpr const char* kRunTables[] = { "stages", "metrics", "events", "samples", "candidates",
    "candidate_paths", "evaluations", "truncations" };

// Each row as the text that SQLite's quote() makes of its values, so that NULL, bytes and reals are told
// apart.
inline std::vector<std::string> rowsOf(const std::filesystem::path& file, const std::string& table)
{
    std::vector<std::string> rows;
    sqlite3* db = nullptr;
    if (sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
        sqlite3_close(db);
        return { "cannot be opened: " + file.string() };
    }
    sqlite3_busy_timeout(db, 5000);
    std::string columns;
    const auto name = [](void* all, int, char** values, char**) {
        auto& text = *static_cast<std::string*>(all);
        text += (text.empty() ? "quote(" : " || ', ' || quote(") + std::string(values[0]) + ")";
        return 0;
    };
    sqlite3_exec(
        db, ("SELECT name FROM pragma_table_info('" + table + "')").c_str(), name, &columns, nullptr);
    const auto row = [](void* all, int, char** values, char**) {
        static_cast<std::vector<std::string>*>(all)->emplace_back(values[0]);
        return 0;
    };
    char* fault = nullptr;
    if (sqlite3_exec(db, ("SELECT " + columns + " FROM " + table + " ORDER BY 1").c_str(), row, &rows, &fault)
        != SQLITE_OK)
        rows.push_back(fault ? fault : "no reason");
    sqlite3_free(fault);
    sqlite3_close(db);
    return rows;
}

} // namespace msrl::tests
