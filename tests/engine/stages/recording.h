// SPDX-License-Identifier: GPL-3.0-or-later
// A sink that remembers, a control that asks for nothing (or for a stop), an audit log made of rows.
#pragma once

#include "engine/stages/event_sink.h"
#include "engine/stages/run_control.h"

#include <string>
#include <vector>

namespace msrl::stages {

class RecordingSink final : public EventSink
{
public:
    void stage(const store::StageRow& row) override { stages.push_back(row); }
    void metrics(const std::vector<store::MetricRow>& rows) override
    {
        points.insert(points.end(), rows.begin(), rows.end());
    }
    void event(const store::EventRow& row) override { events.push_back(row); }
    void samples(const std::vector<store::SampleRow>&) override { }
    void candidates(const std::vector<store::CandidateRow>&) override { }
    void evaluation(const store::EvaluationRow&) override { }
    void truncate(const std::string&, std::int64_t) override { }
    void rate(double) override { }

    std::vector<store::StageRow> stages;
    std::vector<store::MetricRow> points;
    std::vector<store::EventRow> events;
};

class QuietControl final : public RunControl
{
public:
    StopRequest stopRequested() override { return stop; }
    std::stop_token stopToken() override { return {}; }
    void waitWhilePaused() override { }
    bool waitForCheckpointRequest() override { return false; }
    std::map<std::string, base::Json> takeLiveChanges(const std::string&) override { return {}; }
    void waitForRequest(std::chrono::milliseconds) override { onWait ? onWait() : void(); }

    StopRequest stop = StopRequest::None;
    std::function<void()> onWait;
};

class ListedAudit final : public AuditLog
{
public:
    base::Result<std::vector<store::DecisionRow>> decisions(const std::string&) override { return rows; }
    base::Result<std::optional<store::SignOffRow>> signOff(const std::string&) override { return signed_; }

    std::vector<store::DecisionRow> rows;
    std::optional<store::SignOffRow> signed_;
};

} // namespace msrl::stages
