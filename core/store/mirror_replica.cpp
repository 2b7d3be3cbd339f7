// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/candidate_writer.h"
#include "core/store/metric_chunks.h"
#include "core/store/mirror_values.h"
#include "core/store/row_codec.h"
#include "core/store/run_mirror.h"
#include "core/store/truncate.h"

#include <fmt/format.h>

namespace msrl::store {

namespace {

constexpr const char* kReplicaTables[]
    = { "metrics", "events", "samples", "candidates", "evaluations", "truncations" };

int columnsOf(SQLite::Database& db, const std::string& table)
{
    return db.execAndGet(fmt::format("SELECT count(*) FROM pragma_table_info('{}')", table)).getInt();
}

std::string insertAll(SQLite::Database& db, const std::string& table)
{
    std::string marks = "?";
    for (int i = columnsOf(db, table); i > 1; --i)
        marks += ", ?";
    return fmt::format("INSERT OR REPLACE INTO {} VALUES ({})", table, marks);
}

} // namespace

struct MirrorReplica::Impl
{
    std::filesystem::path path;
    std::unique_ptr<SQLite::Database> db;
    CandidateWriter candidates;
    std::map<std::string, std::unique_ptr<SQLite::Statement>> inserts;
    bool open = false;

    Impl(std::filesystem::path file, std::unique_ptr<SQLite::Database> database)
        : path(std::move(file))
        , db(std::move(database))
        , candidates(*db)
    {
        for (const char* table :
            { "stages", "metrics", "events", "samples", "candidate_paths", "evaluations", "truncations" })
            inserts[table] = std::make_unique<SQLite::Statement>(*db, insertAll(*db, table));
    }

    void put(const std::string& table, const base::Json& values)
    {
        const auto found = inserts.find(table);
        if (found == inserts.end())
            throw SQLite::Exception("a mirrored table is not known: " + table);
        bindValues(*found->second, values);
        found->second->exec();
        found->second->reset();
    }

    void take(const base::Json& news)
    {
        if (!open) {
            db->exec("BEGIN IMMEDIATE");
            open = true;
        }
        if (news.contains("truncation"))
            takeBack(news.at("truncation"));
        if (news.contains("stages")) {
            db->exec("DELETE FROM stages");
            for (const base::Json& row : news.at("stages"))
                put("stages", row);
        }
        if (news.contains("table")) {
            for (const base::Json& row : news.at("rows"))
                put(news.at("table").get<std::string>(), row);
        }
        if (news.contains("candidate"))
            takeCandidate(news.at("candidate"), news.at("paths"));
        if (news.contains("commit"))
            commit();
    }

    // id, stage, step, time
    void takeBack(const base::Json& mark)
    {
        const auto stage = mark.at(1).get<std::string>();
        const auto step = mark.at(2).get<std::int64_t>();
        deleteAfter(*db, stage, step);
        if (step == -1) {
            candidates.dropStage(stage);
            SQLite::Statement drop(*db, "DELETE FROM evaluations WHERE stage = ?");
            drop.bind(1, stage);
            drop.exec();
        }
        put("truncations", mark);
    }

    void takeCandidate(const base::Json& row, const base::Json& paths)
    {
        SQLite::Statement insert(*db, insertAll(*db, "candidates"));
        candidates.drop(row.at(1).get<std::string>(), row.at(2).get<std::string>());
        bindValues(insert, row);
        insert.exec();
        for (const base::Json& one : paths)
            put("candidate_paths", one);
        candidates.index(row.at(0).get<std::int64_t>());
    }

    void commit() // after take() has begun
    {
        std::int64_t sealed = sealedEnd(*db);
        for (const std::int64_t last = lastId("metrics"); last - sealed >= kSealedRows; sealed += kSealedRows)
            sealMetrics(*db, sealed, sealed + kSealedRows);
        db->exec("COMMIT");
        open = false;
    }

    std::int64_t lastId(const std::string& table) const
    {
        return db->execAndGet(fmt::format("SELECT ifnull(max(id), 0) FROM {}", table)).getInt64();
    }

    void rollBack()
    {
        for (const auto& [table, insert] : inserts)
            insert->tryReset();
        candidates.reset();
        if (std::exchange(open, false))
            db->tryExec("ROLLBACK");
    }
};

MirrorReplica::MirrorReplica(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

MirrorReplica::MirrorReplica(MirrorReplica&&) noexcept = default;
MirrorReplica& MirrorReplica::operator=(MirrorReplica&&) noexcept = default;

MirrorReplica::~MirrorReplica()
{
    if (m_impl)
        m_impl->rollBack();
}

base::Result<MirrorReplica> MirrorReplica::open(const std::filesystem::path& runDatabase)
{
    auto db = openForWriting(runDatabase, runSchema(), Durability::SurvivesKill);
    if (!db)
        return db.error();
    auto impl = guarded(runDatabase, [&] { return std::make_unique<Impl>(runDatabase, std::move(*db)); });
    if (!impl)
        return impl.error();
    return MirrorReplica(std::move(*impl));
}

base::Status MirrorReplica::apply(const base::Json& news)
{
    base::Status done;
    try {
        done = guarded(m_impl->path, [&] { m_impl->take(news); });
    } catch (const base::Json::exception& exception) {
        done = base::failed(
            std::string("the mirror sent what is no row: ") + exception.what(), m_impl->path.string());
    }
    if (!done)
        m_impl->rollBack();
    return done;
}

void MirrorReplica::rollBack()
{
    m_impl->rollBack();
}

base::Result<MirrorCursor> MirrorReplica::cursor() const
{
    return guarded(m_impl->path, [&] {
        MirrorCursor cursor;
        for (const char* table : kReplicaTables)
            cursor[table] = m_impl->lastId(table);
        return cursor;
    });
}

} // namespace msrl::store
