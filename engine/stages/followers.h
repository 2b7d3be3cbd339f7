// SPDX-License-Identifier: GPL-3.0-or-later
// What stands in for files and people on ranks that do not lead: nothing is written, nobody asks.
#pragma once

#include "engine/stages/event_sink.h"
#include "engine/stages/run_control.h"

namespace msrl::stages {

class NoSink : public EventSink
{
public:
    void stage(const store::StageRow&) override { }
    void metrics(const std::vector<store::MetricRow>&) override { }
    void event(const store::EventRow&) override { }
    void samples(const std::vector<store::SampleRow>&) override { }
    void candidates(const std::vector<store::CandidateRow>&) override { }
    void evaluation(const store::EvaluationRow&) override { }
    void truncate(const std::string&, std::int64_t) override { }
    void rate(double) override { }
};

class NoRequests final : public RunControl
{
public:
    StopRequest stopRequested() override { return StopRequest::None; }
    std::stop_token stopToken() override { return {}; }
    void waitWhilePaused() override { }
    bool waitForCheckpointRequest() override { return false; }
    std::map<std::string, base::Json> takeLiveChanges(const std::string&) override { return {}; }
    void waitForRequest(std::chrono::milliseconds) override { }
};

class NoDecisions final : public AuditLog
{
public:
    base::Result<std::vector<store::DecisionRow>> decisions(const std::string&) override
    {
        return std::vector<store::DecisionRow> {};
    }
    base::Result<std::optional<store::SignOffRow>> signOff(const std::string&) override
    {
        return std::optional<store::SignOffRow> {};
    }
};

} // namespace msrl::stages
