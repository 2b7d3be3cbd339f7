// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_reader.h"

#include "core/store/metric_chunks.h"
#include "core/store/run_reader_impl.h"

#include <fmt/format.h>

namespace msrl::store {

namespace {

TruncationRow readTruncation(SQLite::Statement& row)
{
    return TruncationRow { row.getColumn(0).getInt64(), row.getColumn(1).getString(),
        row.getColumn(2).getInt64(), row.getColumn(3).getInt64() };
}

SampleStep readSampleStep(SQLite::Statement& row)
{
    return SampleStep { row.getColumn(0).getString(), row.getColumn(1).getInt64(),
        row.getColumn(2).getInt() };
}

template <class Row>
std::vector<Row> rowsAfter(SQLite::Database& db, const std::string& select, std::int64_t rowid, int limit,
    Row (*read)(SQLite::Statement&))
{
    SQLite::Statement get(db, select + " WHERE id > ? ORDER BY id LIMIT ?");
    bindAll(get, rowid, limit);
    return readAll(get, read);
}

std::vector<StageRow> allStages(SQLite::Database& db)
{
    SQLite::Statement get(db, fmt::format("SELECT {} FROM stages ORDER BY position, stage", kStageColumns));
    return readAll(get, readStage);
}

std::string selectMetrics()
{
    return fmt::format("SELECT {} FROM metrics", kMetricColumns);
}

std::string selectEvents()
{
    return fmt::format("SELECT {} FROM events", kEventColumns);
}

// Of a file of this schema, in the order that readSample() expects.
std::string sampleColumns(int schema)
{
    std::string columns = kSampleColumns;
    if (schema < kRunWithTokens)
        columns.replace(columns.find("token_bytes"), std::string::npos, "x'', x'', x''");
    return columns;
}

std::int64_t lastRowid(SQLite::Database& db, const char* table)
{
    return db.execAndGet(fmt::format("SELECT ifnull(max(id), 0) FROM {}", table)).getInt64();
}

std::vector<TruncationRow> truncationsAfter(SQLite::Database& db, std::int64_t rowid, int limit)
{
    return rowsAfter(db, "SELECT id, stage, step, time_ms FROM truncations", rowid, limit, readTruncation);
}

RunBatch readBatch(SQLite::Database& db, const RunCursor& cursor, int limit)
{
    RunBatch batch;
    batch.fileExists = true;
    batch.changed = true;
    SQLite::Transaction snapshot(db);
    batch.truncations = truncationsAfter(db, cursor.truncation, limit);
    batch.stages = allStages(db);
    batch.metrics = rowsAfter(db, selectMetrics(), cursor.metric, limit, readMetric);
    batch.events = rowsAfter(db, selectEvents(), cursor.event, limit, readEvent);
    batch.lastSample = lastRowid(db, "samples");
    batch.lastCandidate = lastRowid(db, "candidates");
    batch.lastEvaluation = lastRowid(db, "evaluations");
    snapshot.commit();
    batch.next = cursor;
    if (!batch.truncations.empty())
        batch.next.truncation = batch.truncations.back().rowid;
    if (!batch.metrics.empty())
        batch.next.metric = batch.metrics.back().rowid;
    if (!batch.events.empty())
        batch.next.event = batch.events.back().rowid;
    const auto full = static_cast<std::size_t>(limit);
    batch.more
        = batch.metrics.size() >= full || batch.events.size() >= full || batch.truncations.size() >= full;
    return batch;
}

} // namespace

RunReader::RunReader(std::filesystem::path path)
    : m_impl(std::make_unique<Impl>())
{
    m_impl->path = std::move(path);
}

RunReader::RunReader(RunReader&&) noexcept = default;
RunReader& RunReader::operator=(RunReader&&) noexcept = default;
RunReader::~RunReader() = default;

const std::filesystem::path& RunReader::path() const
{
    return m_impl->path;
}

base::Result<RunBatch> RunReader::poll(const RunCursor& cursor, int limit)
{
    return m_impl->read<RunBatch>([&](SQLite::Database& db) {
        // Changes whenever another connection has committed since this one last looked.
        const int version = db.execAndGet("PRAGMA data_version").getInt();
        if (version == m_impl->seenVersion && cursor == m_impl->seenCursor) {
            RunBatch nothingNew;
            nothingNew.fileExists = true;
            nothingNew.next = cursor;
            return nothingNew;
        }
        RunBatch batch = readBatch(db, cursor, limit);
        m_impl->seenVersion = batch.more ? -1 : version;
        m_impl->seenCursor = batch.next;
        return batch;
    });
}

base::Result<ChunkBatch> RunReader::pollChunks(const RunCursor& cursor, std::int64_t maxPoints)
{
    return m_impl->read<ChunkBatch>([&](SQLite::Database& db) {
        ChunkBatch batch;
        batch.next = cursor;
        if (m_impl->schema < kRunWithChunks)
            return batch;
        SQLite::Transaction snapshot(db);
        // All of them: whoever holds nothing passes them by, and rows that came after them follow in chunks.
        batch.truncations = truncationsAfter(db, cursor.truncation, -1);
        batch.chunks = chunksAfter(db, cursor.chunk, maxPoints);
        snapshot.commit();
        if (!batch.truncations.empty())
            batch.next.truncation = batch.truncations.back().rowid;
        if (!batch.chunks.empty()) {
            batch.more = true;
            batch.next.chunk = batch.chunks.back().rowid;
            batch.next.metric = batch.chunks.back().lastRow;
        }
        return batch;
    });
}

base::Result<std::vector<StageRow>> RunReader::stages()
{
    return m_impl->read<std::vector<StageRow>>([](SQLite::Database& db) { return allStages(db); });
}

base::Result<std::vector<MetricRow>> RunReader::metricsAfter(std::int64_t rowid, int limit)
{
    return m_impl->read<std::vector<MetricRow>>(
        [&](SQLite::Database& db) { return rowsAfter(db, selectMetrics(), rowid, limit, readMetric); });
}

base::Result<std::vector<EventRow>> RunReader::eventsAfter(std::int64_t rowid, int limit)
{
    return m_impl->read<std::vector<EventRow>>(
        [&](SQLite::Database& db) { return rowsAfter(db, selectEvents(), rowid, limit, readEvent); });
}

base::Result<std::vector<SampleStep>> RunReader::sampleSteps(const std::string& stage)
{
    return m_impl->read<std::vector<SampleStep>>([&](SQLite::Database& db) {
        SQLite::Statement get(db,
            "SELECT stage, step, count(*) FROM samples WHERE ?1 = '' OR stage = ?1 "
            "GROUP BY stage, step ORDER BY min(id)");
        get.bind(1, stage);
        return readAll(get, readSampleStep);
    });
}

base::Result<std::vector<SampleRow>> RunReader::samples(const std::string& stage, std::int64_t step)
{
    return m_impl->read<std::vector<SampleRow>>([&](SQLite::Database& db) {
        SQLite::Statement get(db,
            fmt::format("SELECT {} FROM samples WHERE stage = ? AND step = ? "
                        "ORDER BY prompt_index, completion_index, id",
                sampleColumns(m_impl->schema)));
        bindAll(get, stage, step);
        return readAll(get, readSample);
    });
}

base::Result<std::vector<EvaluationRow>> RunReader::evaluations()
{
    return m_impl->read<std::vector<EvaluationRow>>([](SQLite::Database& db) {
        SQLite::Statement get(db, fmt::format("SELECT {} FROM evaluations ORDER BY id", kEvaluationColumns));
        return readAll(get, readEvaluation);
    });
}

} // namespace msrl::store
