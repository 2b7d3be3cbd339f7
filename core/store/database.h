// SPDX-License-Identifier: GPL-3.0-or-later
// Opening and migrating SQLite files, and turning the library's exceptions into errors. Used by this folder
// only.
#pragma once

#include "core/base/result.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace msrl::store {

// schema[i] leads from version i to i + 1; the version of a file is its user_version.
using Schema = std::vector<const char*>;
const Schema& runSchema();
const Schema& auditSchema();

enum class Durability {
    SurvivesKill, // what was committed survives the process, perhaps not a power cut
    SurvivesPowerCut, // commit returns when the data is on the disk
};

// Opens or creates for writing (write-ahead log, foreign keys) and brings the file to the newest version, one
// step and its version number per transaction. A file with content is copied to FILE.vN.bak before its first
// step. A file of a newer version is refused.
base::Result<std::unique_ptr<SQLite::Database>> openForWriting(
    const std::filesystem::path& path, const Schema& schema, Durability durability);

// Nothing when the file does not exist or has no tables yet. Refused: a version above the newest, or below
// `oldest`.
base::Result<std::unique_ptr<SQLite::Database>> openForReading(
    const std::filesystem::path& path, const Schema& schema, int oldest);

// The same for whoever reads the newest version only: of an older file a copy in memory, brought up to date.
base::Result<std::unique_ptr<SQLite::Database>> openNewestForReading(
    const std::filesystem::path& path, const Schema& schema);

int versionOf(SQLite::Database& db);

base::Error sqliteError(const SQLite::Exception& exception, const std::filesystem::path& path);

// Runs `work`, which returns a value, a Result or nothing, and converts what SQLite throws.
template <class Work> auto guarded(const std::filesystem::path& path, Work work)
{
    using Value = std::invoke_result_t<Work>;
    constexpr bool isStatus = std::is_void_v<Value>;
    using Returned
        = std::conditional_t<isStatus, base::Status, base::Result<std::conditional_t<isStatus, int, Value>>>;
    try {
        if constexpr (isStatus) {
            work();
            return Returned();
        } else {
            return Returned(work());
        }
    } catch (const SQLite::Exception& exception) {
        return Returned(sqliteError(exception, path));
    }
}

} // namespace msrl::store
