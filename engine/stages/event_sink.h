// SPDX-License-Identifier: GPL-3.0-or-later
// How a running curriculum tells the world what happens. Stages know only this interface: run.db, the control
// socket, the terminal and the tests' recorder stand behind it.
#pragma once

#include "core/base/result.h"
#include "core/store/rows.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace msrl::stages {

// Called from the training thread only. Implementations must be quick and must not throw; what they cannot
// keep they report through their own channel.
class EventSink
{
public:
    virtual ~EventSink() = default;

    virtual void stage(const store::StageRow& row) = 0;
    virtual void metrics(const std::vector<store::MetricRow>& rows) = 0;
    virtual void event(const store::EventRow& row) = 0;
    virtual void samples(const std::vector<store::SampleRow>& rows) = 0;
    virtual void candidates(const std::vector<store::CandidateRow>& rows) = 0;
    virtual void evaluation(const store::EvaluationRow& row) = 0;
    // The stage goes on after `lastStep`: rows of later steps never happened. -1: it begins anew.
    virtual void truncate(const std::string& stage, std::int64_t lastStep) = 0;
    // Speed of the present stage, for progress displays: tokens per second.
    virtual void rate(double tokensPerSecond) = 0;
    // Whether the run's record has this event already, from an earlier start.
    virtual bool hasTold(const store::EventRow&) const { return false; }
    // Whether all that was told so far is kept: a checkpoint or result must not be newer than its rows.
    virtual base::Status kept() const { return {}; }
};

// Hands everything on to several sinks, in order.
class TeeSink final : public EventSink
{
public:
    explicit TeeSink(std::vector<EventSink*> sinks)
        : m_sinks(std::move(sinks))
    {
    }

    void stage(const store::StageRow& row) override { each(&EventSink::stage, row); }
    void metrics(const std::vector<store::MetricRow>& rows) override { each(&EventSink::metrics, rows); }
    void event(const store::EventRow& row) override { each(&EventSink::event, row); }
    void samples(const std::vector<store::SampleRow>& rows) override { each(&EventSink::samples, rows); }
    void candidates(const std::vector<store::CandidateRow>& rows) override
    {
        each(&EventSink::candidates, rows);
    }
    void evaluation(const store::EvaluationRow& row) override { each(&EventSink::evaluation, row); }
    void truncate(const std::string& stage, std::int64_t lastStep) override
    {
        each(&EventSink::truncate, stage, lastStep);
    }
    void rate(double tokensPerSecond) override { each(&EventSink::rate, tokensPerSecond); }
    bool hasTold(const store::EventRow& row) const override
    {
        return std::any_of(
            m_sinks.begin(), m_sinks.end(), [&row](const EventSink* sink) { return sink->hasTold(row); });
    }
    base::Status kept() const override
    {
        for (const EventSink* sink : m_sinks)
            if (base::Status rows = sink->kept(); !rows)
                return rows;
        return {};
    }

private:
    template <class Function, class... Args> void each(Function function, const Args&... args)
    {
        for (EventSink* sink : m_sinks)
            (sink->*function)(args...);
    }

    std::vector<EventSink*> m_sinks;
};

} // namespace msrl::stages
