// SPDX-License-Identifier: GPL-3.0-or-later
// The sink that keeps everything in run.db and tells the control socket about stages and progress.
#pragma once

#include "core/store/run_store.h"
#include "engine/cli/stage_pace.h"
#include "engine/control/control_state.h"
#include "engine/stages/event_sink.h"

#include <map>
#include <optional>
#include <string>

namespace msrl::cli {

// Owner: the training thread.
class StoreSink final : public stages::EventSink
{
public:
    // Remembers which results the file already describes. REQUIRES: both outlive the sink.
    StoreSink(store::RunStore& store, control::ControlState& state);

    void stage(const store::StageRow& row) override;
    void metrics(const std::vector<store::MetricRow>& rows) override;
    void event(const store::EventRow& row) override;
    void samples(const std::vector<store::SampleRow>& rows) override;
    void candidates(const std::vector<store::CandidateRow>& rows) override;
    void evaluation(const store::EvaluationRow& row) override;
    void truncate(const std::string& stage, std::int64_t lastStep) override;
    void rate(double tokensPerSecond) override { m_rate = tokensPerSecond; }

    bool hasTold(const store::EventRow& row) const override;
    // The first write that failed, if any.
    base::Status kept() const override { return m_error ? base::Status(*m_error) : base::Status(); }

private:
    void keep(const base::Status& status);
    void publishProgress(const store::StageRow& row);

    store::RunStore& m_store;
    control::ControlState& m_state;
    std::map<std::string, std::string> m_described; // stage -> address whose rows the file holds
    std::map<std::string, store::StageState> m_states;
    std::optional<base::Error> m_error;
    double m_rate = 0;
    StagePace m_pace;
};

} // namespace msrl::cli
