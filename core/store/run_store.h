// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's pen: the only writer of run.db.
#pragma once

#include "core/base/result.h"
#include "core/store/rows.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace msrl::store {

// Rows are written in batched transactions. A reader sees them after flush(); without one they become visible
// with the first append that finds 512 rows waiting or the oldest of them 250 ms old. Stage changes, events,
// truncations and evaluations flush at once. What was flushed survives a kill of the process at any instant.
// Every function may be called from any thread. `rowid` and a zero `timeMs` of a row are filled in by the
// store.
class RunStore
{
public:
    // Creates the file or opens and migrates it. A file of a newer schema is refused.
    static base::Result<RunStore> open(const std::filesystem::path& path);
    RunStore(RunStore&&) noexcept;
    RunStore& operator=(RunStore&&) noexcept;
    ~RunStore(); // flushes

    // One row per stage, by its id.
    base::Status putStage(const StageRow& row);
    base::Result<std::vector<StageRow>> stages() const;

    base::Status append(const MetricRow& row);
    base::Status append(const std::vector<MetricRow>& rows);
    base::Status append(const EventRow& row);
    // Whether an event of this kind, stage and text is there.
    base::Result<bool> tells(const EventRow& row) const;
    base::Status append(const SampleRow& row);
    // Replaces the item's earlier row of the same stage.
    base::Status append(const CandidateRow& row);
    // Replaces the earlier evaluation of the same stage and policy.
    base::Status append(const EvaluationRow& row);

    // Sample ids of a stage that already have candidates, for a resume in the middle of a distillation.
    base::Result<std::vector<std::string>> candidateIds(const std::string& stage) const;
    // One of them, to continue with; empty when absent.
    base::Result<std::vector<CandidateRow>> candidates(const std::string& stage) const;

    // For a resume: deletes the metrics, events and samples of `stage` with a step above `lastStep`, so that
    // no step is told twice, and leaves a mark for readers.
    base::Status truncateAfter(const std::string& stage, std::int64_t lastStep);
    // For a stage that starts anew: deletes everything it wrote, candidates and evaluations included.
    base::Status clearStage(const std::string& stage);

    base::Status flush();

private:
    struct Impl;
    explicit RunStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace msrl::store
