// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/store_sink.h"

#include "core/base/clock.h"

namespace msrl::cli {

StoreSink::StoreSink(store::RunStore& store, control::ControlState& state)
    : m_store(store)
    , m_state(state)
{
    if (const auto known = store.stages()) {
        for (const store::StageRow& row : *known)
            m_described[row.stage] = row.hash;
    }
}

void StoreSink::keep(const base::Status& status)
{
    if (!status && !m_error)
        m_error = status.error();
}

void StoreSink::stage(const store::StageRow& row)
{
    const bool begins = row.state == store::StageState::Running || row.state == store::StageState::Reused;
    if (begins) {
        // Rows that describe another result of this stage would be told as its own.
        const auto described = m_described.find(row.stage);
        if (described != m_described.end() && described->second != row.hash)
            keep(m_store.clearStage(row.stage));
        m_described[row.stage] = row.hash;
    }
    // A stage that waits for its turn has no address yet: the file goes on saying whose rows it holds.
    store::StageRow kept = row;
    if (const auto held = m_described.find(row.stage);
        row.state == store::StageState::Queued && held != m_described.end())
        kept.hash = held->second;
    keep(m_store.putStage(kept));
    const auto known = m_states.find(row.stage);
    if (known == m_states.end() || known->second != row.state) {
        m_states[row.stage] = row.state;
        m_pace.begin(row.step, base::monotonicSeconds());
        m_rate = 0;
        m_state.publishStage(row.stage, row.state, row.message);
        if (row.state == store::StageState::AwaitingAudit)
            m_state.publishPhase(store::RunPhase::AwaitingAudit, row.message);
        else if (row.state == store::StageState::Running)
            m_state.publishPhase(store::RunPhase::Running);
    }
    if (row.state == store::StageState::Running)
        publishProgress(row);
}

void StoreSink::publishProgress(const store::StageRow& row)
{
    protocol::Progress progress;
    progress.stage = row.stage;
    progress.step = row.step;
    progress.total = row.total;
    progress.tokensPerSecond = m_rate;
    progress.etaSeconds = m_pace.secondsToGo(row, base::monotonicSeconds());
    m_state.publishProgress(progress);
}

void StoreSink::metrics(const std::vector<store::MetricRow>& rows)
{
    keep(m_store.append(rows));
}

void StoreSink::event(const store::EventRow& row)
{
    m_pace.see(row, base::monotonicSeconds());
    keep(m_store.append(row));
}

bool StoreSink::hasTold(const store::EventRow& row) const
{
    const base::Result<bool> told = m_store.tells(row);
    return told && *told; // where it cannot be read, told twice is better than never
}

void StoreSink::samples(const std::vector<store::SampleRow>& rows)
{
    for (const store::SampleRow& row : rows)
        keep(m_store.append(row));
}

void StoreSink::candidates(const std::vector<store::CandidateRow>& rows)
{
    for (const store::CandidateRow& row : rows)
        keep(m_store.append(row));
    keep(m_store.flush());
}

void StoreSink::evaluation(const store::EvaluationRow& row)
{
    keep(m_store.append(row));
}

void StoreSink::truncate(const std::string& stage, std::int64_t lastStep)
{
    keep(lastStep < 0 ? m_store.clearStage(stage) : m_store.truncateAfter(stage, lastStep));
}

} // namespace msrl::cli
