// SPDX-License-Identifier: GPL-3.0-or-later
// The studio's eye on run.db, while the engine writes and afterwards.
#pragma once

#include "core/base/result.h"
#include "core/store/metric_chunk.h"
#include "core/store/rows.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace msrl::store {

// Where a reader stands. A default cursor stands before everything.
struct RunCursor
{
    std::int64_t metric = 0;
    std::int64_t event = 0;
    std::int64_t truncation = 0;
    std::int64_t chunk = 0;

    bool operator==(const RunCursor&) const = default;
};

// News of one moment (one snapshot of the file). Apply the truncations to what you hold before adding the
// rest.
struct RunBatch
{
    bool fileExists = false;
    bool changed = false; // false: nothing was written since the last poll of this reader, all else is empty
    bool more = false; // the limit cut the batch short: poll again
    RunCursor next;
    std::vector<TruncationRow> truncations;
    std::vector<StageRow> stages; // always all of them, in plan order
    std::vector<MetricRow> metrics;
    std::vector<EventRow> events;
    std::int64_t lastSample = 0; // rowid of the newest sample
    std::int64_t lastCandidate = 0; // rowid of the newest candidate
    std::int64_t lastEvaluation = 0; // rowid of the newest evaluation
};

// Sealed metrics of one moment. Apply the truncations to what you hold before adding the chunks.
struct ChunkBatch
{
    bool more = false; // ask again with `next`; else poll() goes on from there
    RunCursor next;
    std::vector<TruncationRow> truncations;
    std::vector<MetricChunk> chunks;
};

struct SampleStep
{
    std::string stage;
    std::int64_t step = 0;
    int numSamples = 0;
};

enum class TieFilter { Any, Only, Never };

// Conditions are joined by "and"; a default one lets everything through.
struct CandidateFilter
{
    std::string stage; // empty: all
    std::string taskType; // empty: all
    TieFilter tie = TieFilter::Any;
    double minVoteShare = 0;
    double maxVoteShare = 1;
    std::optional<bool> chosen; // the machine chose a path, or left it to the auditor
    // Words that all occur in the sample id, the query, the responses, the caption or a path, whatever the
    // case. A word of two letters and more may be the beginning of one.
    std::string text;
};

enum class CandidateOrder { AsWritten, LowVoteShareFirst, HighVoteShareFirst };

struct Page
{
    std::int64_t offset = 0;
    std::int64_t limit = 1000;
};

struct TaskTypeCount
{
    std::string taskType;
    int items = 0;
    int ties = 0;
    int chosen = 0;
};

// Read-only; one owner thread. Every call reads what it returns into memory and ends its statement, so that
// the engine's write-ahead log can always be folded back. While the file does not exist yet, every call
// succeeds and finds nothing. A file of a newer schema version is an error that names both versions; an older
// one is read, searched without an index.
class RunReader
{
public:
    explicit RunReader(std::filesystem::path path);
    RunReader(RunReader&&) noexcept;
    RunReader& operator=(RunReader&&) noexcept;
    ~RunReader();

    const std::filesystem::path& path() const;

    // What came after `cursor`: at most `limit` metrics and `limit` events.
    base::Result<RunBatch> poll(const RunCursor& cursor, int limit = 20000);

    // For a reader that holds nothing yet, before its first poll(): the points of a long run by curve, a
    // hundred times as fast as row by row. About `maxPoints` of them; none where the run is short or of an
    // older schema.
    base::Result<ChunkBatch> pollChunks(const RunCursor& cursor, std::int64_t maxPoints = 200000);

    base::Result<std::vector<StageRow>> stages();
    base::Result<std::vector<MetricRow>> metricsAfter(std::int64_t rowid, int limit);
    base::Result<std::vector<EventRow>> eventsAfter(std::int64_t rowid, int limit);

    // Steps that have samples, oldest first; empty stage: all stages.
    base::Result<std::vector<SampleStep>> sampleSteps(const std::string& stage = {});
    // In the order prompt, completion.
    base::Result<std::vector<SampleRow>> samples(const std::string& stage, std::int64_t step);

    base::Result<std::vector<CandidateSummary>> candidates(
        const CandidateFilter& filter, CandidateOrder order = CandidateOrder::AsWritten, Page page = {});
    // Rowids of what filter.text finds in a stage, rising.
    base::Result<std::vector<std::int64_t>> searchCandidates(
        const std::string& stage, const std::string& text);
    // Written after `rowid`, oldest first.
    base::Result<std::vector<CandidateSummary>> candidatesAfter(
        const std::string& stage, std::int64_t rowid, int limit);
    base::Result<std::int64_t> countCandidates(const CandidateFilter& filter);
    base::Result<std::vector<TaskTypeCount>> candidateCounts(const CandidateFilter& filter);
    base::Result<std::optional<CandidateRow>> candidate(std::int64_t rowid);
    base::Result<std::optional<CandidateRow>> candidate(
        const std::string& stage, const std::string& sampleId);
    // What each item of a stage is by now: see DecisionRow::judged.
    base::Result<CandidateDigests> candidateDigests(const std::string& stage);
    // Names exactly the items, paths, votes and choices that an auditor signs off; independent of their
    // order.
    base::Result<std::string> candidatesHash(const std::string& stage);

    base::Result<std::vector<EvaluationRow>> evaluations();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace msrl::store
