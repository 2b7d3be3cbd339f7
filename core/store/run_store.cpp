// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_store.h"

#include "core/base/clock.h"
#include "core/store/candidate_writer.h"
#include "core/store/metric_chunks.h"
#include "core/store/packed_tokens.h"
#include "core/store/row_codec.h"
#include "core/store/truncate.h"

#include <fmt/format.h>

#include <mutex>

namespace msrl::store {

namespace {

constexpr int kBatchRows = 512;
constexpr double kBatchSeconds = 0.25;

std::int64_t timeOr(std::int64_t timeMs)
{
    return timeMs != 0 ? timeMs : base::nowMs();
}

} // namespace

struct RunStore::Impl
{
    std::filesystem::path path;
    std::unique_ptr<SQLite::Database> db;
    SQLite::Statement insertMetric;
    SQLite::Statement insertSample;
    CandidateWriter candidates;
    std::mutex mutex;
    int waiting = 0; // rows in the open transaction
    bool open = false;
    double openedAt = 0;
    std::int64_t sealed = 0; // up to this row metrics are in chunks
    std::int64_t sealedBefore = 0; // the open transaction

    Impl(std::filesystem::path file, std::unique_ptr<SQLite::Database> database)
        : path(std::move(file))
        , db(std::move(database))
        , insertMetric(*db, insertInto("metrics", withoutId(kMetricColumns)))
        , insertSample(*db, insertInto("samples", withoutId(kSampleColumns)))
        , candidates(*db)
        , sealed(sealedEnd(*db))
    {
    }

    void begin()
    {
        if (open)
            return;
        db->exec("BEGIN IMMEDIATE");
        open = true;
        sealedBefore = sealed;
        openedAt = base::monotonicSeconds();
    }

    void commit()
    {
        if (!open)
            return;
        db->exec("COMMIT");
        open = false;
        waiting = 0;
    }

    // Writes within the open transaction; what SQLite could not take is rolled back and reported.
    template <class Work> base::Status write(bool atOnce, Work work)
    {
        const std::lock_guard lock(mutex);
        try {
            begin();
            waiting += work();
            if (atOnce || waiting >= kBatchRows || base::monotonicSeconds() - openedAt >= kBatchSeconds)
                commit();
            return {};
        } catch (const SQLite::Exception& exception) {
            const base::Error error = sqliteError(exception, path);
            for (SQLite::Statement* statement : { &insertMetric, &insertSample })
                statement->tryReset();
            candidates.reset();
            db->tryExec("ROLLBACK");
            sealed = sealedBefore;
            open = false;
            waiting = 0;
            return error;
        }
    }

    void put(const MetricRow& row)
    {
        bindAll(insertMetric, row.stage, row.step, row.name, row.source, row.value, timeOr(row.timeMs));
        insertMetric.exec();
        insertMetric.reset();
        // One stretch at a time: of an older file that goes on there may be hundreds.
        if (db->getLastInsertRowid() - sealed >= kSealedRows) {
            sealMetrics(*db, sealed, sealed + kSealedRows);
            sealed += kSealedRows;
        }
    }

    void truncate(const std::string& stage, std::int64_t lastStep)
    {
        deleteAfter(*db, stage, lastStep);
        SQLite::Statement mark(*db, "INSERT INTO truncations (stage, step, time_ms) VALUES (?, ?, ?)");
        bindAll(mark, stage, lastStep, base::nowMs());
        mark.exec();
    }
};

RunStore::RunStore(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;

RunStore::~RunStore()
{
    if (m_impl) {
        // Nobody is left to tell: an engine that cares calls flush() first.
        const base::Status ignored = flush();
        static_cast<void>(ignored);
    }
}

base::Result<RunStore> RunStore::open(const std::filesystem::path& path)
{
    auto db = openForWriting(path, runSchema(), Durability::SurvivesKill);
    if (!db)
        return db.error();
    auto impl = guarded(path, [&] { return std::make_unique<Impl>(path, std::move(*db)); });
    if (!impl)
        return impl.error();
    return RunStore(std::move(*impl));
}

base::Status RunStore::putStage(const StageRow& row)
{
    return m_impl->write(true, [&] {
        SQLite::Statement put(
            *m_impl->db, "INSERT OR REPLACE" + insertInto("stages", kStageColumns).substr(6));
        bindAll(put, row.stage, row.nodeId, row.nodeType, row.title, row.hash, row.position,
            std::string(stageStateName(row.state)), row.step, row.total, row.startedMs, row.endedMs,
            row.message);
        put.exec();
        return 1;
    });
}

base::Result<std::vector<StageRow>> RunStore::stages() const
{
    const std::lock_guard lock(m_impl->mutex);
    return guarded(m_impl->path, [&] {
        SQLite::Statement get(
            *m_impl->db, fmt::format("SELECT {} FROM stages ORDER BY position, stage", kStageColumns));
        return readAll(get, readStage);
    });
}

base::Status RunStore::append(const MetricRow& row)
{
    return m_impl->write(false, [&] {
        m_impl->put(row);
        return 1;
    });
}

base::Status RunStore::append(const std::vector<MetricRow>& rows)
{
    return m_impl->write(false, [&] {
        for (const MetricRow& row : rows)
            m_impl->put(row);
        return static_cast<int>(rows.size());
    });
}

base::Status RunStore::append(const EventRow& row)
{
    return m_impl->write(true, [&] {
        SQLite::Statement insert(*m_impl->db, insertInto("events", withoutId(kEventColumns)));
        bindAll(insert, std::string(eventLevelName(row.level)), row.kind, row.stage, row.step, row.text,
            jsonText(row.data), timeOr(row.timeMs));
        insert.exec();
        return 1;
    });
}

base::Result<bool> RunStore::tells(const EventRow& row) const
{
    const std::lock_guard lock(m_impl->mutex);
    return guarded(m_impl->path, [&] {
        SQLite::Statement find(*m_impl->db, "SELECT 1 FROM events WHERE kind = ? AND stage = ? AND text = ?");
        bindAll(find, row.kind, row.stage, row.text);
        return find.executeStep();
    });
}

base::Status RunStore::append(const SampleRow& row)
{
    return m_impl->write(false, [&] {
        SQLite::Statement& insert = m_impl->insertSample;
        bindAll(insert, row.stage, row.step, row.promptIndex, row.completionIndex, row.sampleId, row.taskType,
            row.source, row.prompt, row.completion, row.gold, row.answer, jsonText(row.rewardParts),
            row.reward, row.advantage, row.meanLogprob, row.numTokens, row.finishReason, jsonText(row.media));
        bindBytes(insert, 19, packTokenBytes(row.tokenBytes));
        bindBytes(insert, 20, packFloats(row.tokenLogprobs));
        bindBytes(insert, 21, packFloats(row.tokenEntropies));
        insert.exec();
        insert.reset();
        return 1;
    });
}

base::Status RunStore::append(const CandidateRow& row)
{
    return m_impl->write(false, [&] {
        m_impl->candidates.put(row);
        return 1 + static_cast<int>(row.paths.size());
    });
}

base::Status RunStore::append(const EvaluationRow& row)
{
    return m_impl->write(true, [&] {
        SQLite::Statement put(*m_impl->db,
            "INSERT OR REPLACE" + insertInto("evaluations", withoutId(kEvaluationColumns)).substr(6));
        bindAll(put, row.stage, row.policy, jsonText(row.report), timeOr(row.timeMs));
        put.exec();
        return 1;
    });
}

base::Result<std::vector<std::string>> RunStore::candidateIds(const std::string& stage) const
{
    const std::lock_guard lock(m_impl->mutex);
    return guarded(m_impl->path, [&] {
        SQLite::Statement get(*m_impl->db, "SELECT sample_id FROM candidates WHERE stage = ? ORDER BY id");
        get.bind(1, stage);
        std::vector<std::string> ids;
        while (get.executeStep())
            ids.push_back(get.getColumn(0).getString());
        return ids;
    });
}

base::Result<std::vector<CandidateRow>> RunStore::candidates(const std::string& stage) const
{
    const std::lock_guard lock(m_impl->mutex);
    return guarded(m_impl->path, [&] {
        SQLite::Statement get(*m_impl->db,
            fmt::format("SELECT {} FROM candidates WHERE stage = ? ORDER BY id", kCandidateColumns));
        get.bind(1, stage);
        std::vector<CandidateRow> rows = readAll(get, readCandidate);
        SQLite::Statement paths(*m_impl->db,
            fmt::format("SELECT {} FROM candidate_paths WHERE candidate = ? ORDER BY position",
                kCandidatePathColumns));
        for (CandidateRow& row : rows) {
            paths.bind(1, row.rowid);
            row.paths = readAll(paths, readCandidatePath);
        }
        return rows;
    });
}

base::Status RunStore::truncateAfter(const std::string& stage, std::int64_t lastStep)
{
    return m_impl->write(true, [&] {
        m_impl->truncate(stage, lastStep);
        return 1;
    });
}

base::Status RunStore::clearStage(const std::string& stage)
{
    return m_impl->write(true, [&] {
        // Events without a step (-1) tell how the stage went so far; they stay.
        m_impl->truncate(stage, -1);
        m_impl->candidates.dropStage(stage);
        SQLite::Statement drop(*m_impl->db, "DELETE FROM evaluations WHERE stage = ?");
        drop.bind(1, stage);
        drop.exec();
        return 1;
    });
}

base::Status RunStore::flush()
{
    {
        const std::lock_guard lock(m_impl->mutex);
        if (!m_impl->open)
            return {};
    }
    return m_impl->write(true, [] { return 0; });
}

} // namespace msrl::store
