// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mirror_values.h"
#include "core/store/row_codec.h"
#include "core/store/run_mirror.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::store {

namespace {

constexpr const char* kSourceTables[] = { "metrics", "events", "samples", "evaluations" };

base::Json rowsOf(SQLite::Statement& select)
{
    base::Json rows = base::Json::array();
    while (select.executeStep())
        rows.push_back(valuesOf(select));
    return rows;
}

// Rows of a table by their ids; moves the cursor to the last of them.
base::Json rowsAfter(SQLite::Database& db, const std::string& table, MirrorCursor& cursor, int limit)
{
    SQLite::Statement select(db, fmt::format("SELECT * FROM {} WHERE id > ? ORDER BY id LIMIT ?", table));
    bindAll(select, cursor[table], limit);
    base::Json rows = rowsOf(select);
    if (!rows.empty())
        cursor[table] = rows.back().front().get<std::int64_t>();
    return rows;
}

base::Json pathsOf(SQLite::Database& db, std::int64_t candidate)
{
    SQLite::Statement select(db, "SELECT * FROM candidate_paths WHERE candidate = ? ORDER BY position");
    select.bind(1, candidate);
    return rowsOf(select);
}

void addCandidates(SQLite::Database& db, SQLite::Statement& select, std::vector<base::Json>& news)
{
    while (select.executeStep()) {
        base::Json row = valuesOf(select);
        const auto id = row.front().get<std::int64_t>();
        news.push_back({ { "candidate", std::move(row) }, { "paths", pathsOf(db, id) } });
    }
}

// A stage that began anew lost its candidates and evaluations or kept them: the replica drops them and is
// told again what there is.
void addRestart(
    SQLite::Database& db, const std::string& stage, MirrorCursor& cursor, std::vector<base::Json>& news)
{
    SQLite::Statement candidates(db, "SELECT * FROM candidates WHERE stage = ? AND id <= ? ORDER BY id");
    bindAll(candidates, stage, cursor["candidates"]);
    addCandidates(db, candidates, news);
    SQLite::Statement evaluations(db, "SELECT * FROM evaluations WHERE stage = ? AND id <= ? ORDER BY id");
    bindAll(evaluations, stage, cursor["evaluations"]);
    if (base::Json rows = rowsOf(evaluations); !rows.empty())
        news.push_back({ { "table", "evaluations" }, { "rows", std::move(rows) } });
}

} // namespace

base::Json cursorToJson(const MirrorCursor& cursor)
{
    base::Json json = base::Json::object();
    for (const auto& [table, row] : cursor)
        json[table] = row;
    return json;
}

base::Result<MirrorCursor> cursorFromJson(const base::Json& json)
{
    MirrorCursor cursor;
    if (!json.is_object())
        return base::badInput("is no object of row numbers", "cursor");
    for (const auto& [table, row] : json.items()) {
        if (!row.is_number_integer())
            return base::badInput(fmt::format("'{}' is no row number", table), "cursor");
        cursor[table] = row.get<std::int64_t>();
    }
    return cursor;
}

struct MirrorSource::Impl
{
    std::filesystem::path path;
    std::unique_ptr<SQLite::Database> db;
    int seenVersion = -1;

    std::vector<base::Json> read(MirrorCursor& cursor, int limit)
    {
        // Changes whenever another connection has committed since this one last looked.
        const int version = db->execAndGet("PRAGMA data_version").getInt();
        if (version == seenVersion)
            return {};
        std::vector<base::Json> news;
        SQLite::Transaction snapshot(*db);
        std::vector<std::string> restarted;
        for (const base::Json& mark : rowsAfter(*db, "truncations", cursor, -1)) {
            if (mark.at(2) == -1)
                restarted.push_back(mark.at(1).get<std::string>());
            news.push_back({ { "truncation", mark } });
        }
        std::sort(restarted.begin(), restarted.end());
        restarted.erase(std::unique(restarted.begin(), restarted.end()), restarted.end());
        for (const std::string& stage : restarted)
            addRestart(*db, stage, cursor, news);
        SQLite::Statement stages(*db, "SELECT * FROM stages ORDER BY position, stage");
        news.push_back({ { "stages", rowsOf(stages) } });
        bool more = false;
        for (const char* table : kSourceTables) {
            base::Json rows = rowsAfter(*db, table, cursor, limit);
            more = more || static_cast<int>(rows.size()) == limit;
            if (!rows.empty())
                news.push_back({ { "table", table }, { "rows", std::move(rows) } });
        }
        more = addNewCandidates(cursor, limit, news) || more;
        snapshot.commit();
        seenVersion = more ? -1 : version;
        news.push_back({ { "commit", true } });
        return news;
    }

    bool addNewCandidates(MirrorCursor& cursor, int limit, std::vector<base::Json>& news) const
    {
        SQLite::Statement select(*db, "SELECT * FROM candidates WHERE id > ? ORDER BY id LIMIT ?");
        bindAll(select, cursor["candidates"], limit);
        const std::size_t before = news.size();
        addCandidates(*db, select, news);
        if (news.size() > before)
            cursor["candidates"] = news.back().at("candidate").front().get<std::int64_t>();
        return static_cast<int>(news.size() - before) == limit;
    }
};

MirrorSource::MirrorSource(std::filesystem::path runDatabase)
    : m_impl(std::make_unique<Impl>())
{
    m_impl->path = std::move(runDatabase);
}

MirrorSource::~MirrorSource() = default;

base::Result<std::vector<base::Json>> MirrorSource::next(MirrorCursor& cursor, int limit)
{
    if (!m_impl->db) {
        // Raw rows fit only a replica of the same schema.
        auto opened = openForReading(m_impl->path, runSchema(), static_cast<int>(runSchema().size()));
        if (!opened)
            return opened.error();
        m_impl->db = std::move(*opened);
        if (!m_impl->db)
            return std::vector<base::Json> {};
    }
    MirrorCursor moved = cursor;
    auto news = guarded(m_impl->path, [&] { return m_impl->read(moved, limit); });
    if (news)
        cursor = moved;
    return news;
}

} // namespace msrl::store
