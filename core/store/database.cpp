// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"

#include "core/base/clock.h"
#include "core/base/files.h"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <system_error>
#include <thread>

namespace msrl::store {
namespace fs = std::filesystem;

namespace {

constexpr int kWriterWaitMs = 5000;
constexpr int kWalRetryMs = 2;
constexpr int kReaderWaitMs = 250; // a reader only ever waits for the recovery of a killed writer's log

base::Error otherVersion(const fs::path& path, int found, int known)
{
    if (found > known)
        return base::badInput(
            fmt::format("written by a newer version: schema {}, this program knows {}", found, known),
            path.string(), "update MSRL Studio");
    return base::badInput(fmt::format("schema {} is older than this program's {}", found, known),
        path.string(), "resume the run once to bring its files up to date");
}

// The backup is whole or absent: what a kill leaves half written has another name.
base::Status keepBackup(SQLite::Database& db, const fs::path& backup)
{
    std::error_code ec;
    if (fs::exists(backup, ec))
        return {};
    const fs::path aside = backup.string() + fmt::format(".{}.partial", ::getpid());
    fs::remove(aside, ec);
    try {
        SQLite::Statement copy(db, "VACUUM INTO ?");
        copy.bind(1, aside.string());
        copy.exec();
    } catch (const SQLite::Exception&) {
        fs::remove(aside, ec);
        throw;
    }
    base::Status kept = base::syncToDisk(aside);
    if (fs::rename(aside, backup, ec); ec && kept)
        kept = base::failed("cannot move into place: " + ec.message(), backup.string());
    return kept ? base::syncToDisk(fs::absolute(backup).parent_path()) : kept;
}

// Another process may migrate at the same moment: the version is looked at again under the write lock.
void takeSteps(SQLite::Database& db, const Schema& schema)
{
    const int newest = static_cast<int>(schema.size());
    int version = versionOf(db);
    while (version < newest) {
        db.exec("BEGIN IMMEDIATE");
        try {
            version = versionOf(db);
            if (version < newest) {
                db.exec(schema[static_cast<std::size_t>(version)]);
                db.exec(fmt::format("PRAGMA user_version = {}", ++version));
            }
            db.exec("COMMIT");
        } catch (const SQLite::Exception&) {
            db.tryExec("ROLLBACK");
            throw;
        }
    }
}

base::Status migrate(SQLite::Database& db, const fs::path& path, const Schema& schema)
{
    const int newest = static_cast<int>(schema.size());
    const int version = versionOf(db);
    if (version > newest)
        return otherVersion(path, version, newest);
    if (version > 0 && version < newest) {
        if (base::Status kept = keepBackup(db, path.string() + fmt::format(".v{}.bak", version)); !kept)
            return kept;
    }
    takeSteps(db, schema);
    return {};
}

// Two programs that meet at a new file each hold a read lock that the other waits for; SQLite answers "busy"
// there at once, without the wait that it was given, so the wait is here.
void switchToWal(SQLite::Database& db)
{
    const double until = base::monotonicSeconds() + kWriterWaitMs / 1000.0;
    for (;;) {
        try {
            db.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& exception) {
            if (exception.getErrorCode() != SQLITE_BUSY || base::monotonicSeconds() >= until)
                throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(kWalRetryMs));
    }
}

// SQLite cannot make its shared-memory file on read-only media or in the folder of somebody else; without a
// log nobody is writing to the file either.
std::string immutableUri(const fs::path& path)
{
    std::string uri = "file:";
    for (const char c : fs::absolute(path).string()) {
        if (c == '%' || c == '?' || c == '#')
            uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

std::unique_ptr<SQLite::Database> connectReadOnly(const fs::path& path)
{
    auto db = std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READONLY, kReaderWaitMs);
    try {
        versionOf(*db);
        return db;
    } catch (const SQLite::Exception& exception) {
        std::error_code ec;
        const bool hasLog
            = fs::exists(path.string() + "-wal", ec) && fs::file_size(path.string() + "-wal", ec) > 0;
        // The one where the file system is read-only, the other where the folder is somebody else's.
        const int code = exception.getErrorCode();
        if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || hasLog)
            throw;
    }
    return std::make_unique<SQLite::Database>(
        immutableUri(path), SQLite::OPEN_READONLY | SQLite::OPEN_URI, kReaderWaitMs);
}

} // namespace

int versionOf(SQLite::Database& db)
{
    return db.execAndGet("PRAGMA user_version").getInt();
}

base::Error sqliteError(const SQLite::Exception& exception, const fs::path& path)
{
    std::string hint;
    switch (exception.getErrorCode()) {
    case SQLITE_FULL:
        hint = "free some disk space";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        hint = "the file is damaged or not a database";
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        hint = "check that the folder exists and is writable";
        break;
    case SQLITE_BUSY:
        hint = "another program holds the file";
        break;
    default:
        break;
    }
    return base::failed(std::string("database: ") + exception.what(), path.string(), hint);
}

base::Result<std::unique_ptr<SQLite::Database>> openForWriting(
    const fs::path& path, const Schema& schema, Durability durability)
{
    std::unique_ptr<SQLite::Database> db;
    base::Status status;
    try {
        db = std::make_unique<SQLite::Database>(
            path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kWriterWaitMs);
        switchToWal(*db);
        db->exec(durability == Durability::SurvivesPowerCut ? "PRAGMA synchronous = FULL"
                                                            : "PRAGMA synchronous = NORMAL");
        db->exec("PRAGMA foreign_keys = ON");
        status = migrate(*db, path, schema);
    } catch (const SQLite::Exception& exception) {
        status = sqliteError(exception, path);
    }
    if (!status)
        return status.error();
    return db;
}

base::Result<std::unique_ptr<SQLite::Database>> openForReading(
    const fs::path& path, const Schema& schema, int oldest)
{
    std::error_code ec;
    if (!fs::exists(path, ec))
        return std::unique_ptr<SQLite::Database>();
    try {
        auto db = connectReadOnly(path);
        const int version = versionOf(*db);
        const int newest = static_cast<int>(schema.size());
        if (version == 0)
            return std::unique_ptr<SQLite::Database>();
        if (version > newest || version < oldest)
            return otherVersion(path, version, newest);
        return db;
    } catch (const SQLite::Exception& exception) {
        return sqliteError(exception, path);
    }
}

base::Result<std::unique_ptr<SQLite::Database>> openNewestForReading(
    const fs::path& path, const Schema& schema)
{
    constexpr int kOldest = 1;
    auto db = openForReading(path, schema, kOldest);
    if (!db || !*db)
        return db;
    try {
        if (versionOf(**db) == static_cast<int>(schema.size()))
            return db;
        auto copy
            = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Backup(*copy, **db).executeStep();
        takeSteps(*copy, schema);
        copy->exec("PRAGMA query_only = ON");
        return copy;
    } catch (const SQLite::Exception& exception) {
        return sqliteError(exception, path);
    }
}

} // namespace msrl::store
