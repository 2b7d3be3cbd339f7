// SPDX-License-Identifier: GPL-3.0-or-later
// A run.db as earlier versions of the engine left it, made of one of today.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>
#include <vector>

namespace msrl::tests {

// Takes the file back to a schema version; what went wrong, or nothing.
inline std::string takeBack(const std::filesystem::path& runDatabase, int version)
{
    std::vector<std::string> statements;
    const auto add = [&](const std::vector<std::string>& all) {
        statements.insert(statements.end(), all.begin(), all.end());
    };
    if (version < 6) // heads with digests
        add({ "DROP INDEX candidates_heads",
            "CREATE INDEX candidates_heads ON candidates (stage, id, sample_id)" });
    if (version < 5) // tokens of samples
        add({ "ALTER TABLE samples DROP COLUMN token_bytes", "ALTER TABLE samples DROP COLUMN token_logprobs",
            "ALTER TABLE samples DROP COLUMN token_entropies" });
    if (version < 4) // metrics by curve
        add({ "DROP TABLE metric_chunks" });
    if (version < 3) // several teachers
        add({ "DROP INDEX candidates_heads", "ALTER TABLE candidates DROP COLUMN teacher",
            "ALTER TABLE candidate_paths DROP COLUMN teacher",
            "ALTER TABLE candidate_paths DROP COLUMN round",
            "CREATE INDEX candidates_heads ON candidates (stage, id, sample_id)" });
    if (version < 2) // heads and words
        add({ "DROP TABLE candidate_text", "DROP VIEW candidate_words", "DROP INDEX candidates_heads",
            "ALTER TABLE candidates DROP COLUMN source", "ALTER TABLE candidates DROP COLUMN confidence",
            "ALTER TABLE candidates DROP COLUMN num_tokens" });
    add({ "PRAGMA user_version = " + std::to_string(version) });
    sqlite3* db = nullptr;
    if (sqlite3_open(runDatabase.c_str(), &db) != SQLITE_OK) {
        sqlite3_close(db);
        return "cannot be opened: " + runDatabase.string();
    }
    std::string problem;
    for (const std::string& sql : statements)
        if (problem.empty() && sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            problem = sql + ": " + sqlite3_errmsg(db);
    sqlite3_close(db);
    return problem;
}

} // namespace msrl::tests
