// SPDX-License-Identifier: GPL-3.0-or-later
// What a person at the terminal sees: one progress bar per stage, or plain lines where there is no terminal.
#pragma once

#include "engine/cli/stage_pace.h"
#include "engine/stages/event_sink.h"

#include <cstdio>
#include <map>
#include <string>

namespace msrl::cli {

// Owner: the training thread.
class ConsoleSink final : public stages::EventSink
{
public:
    explicit ConsoleSink(std::FILE* out);

    void stage(const store::StageRow& row) override;
    void metrics(const std::vector<store::MetricRow>& rows) override;
    void event(const store::EventRow& row) override;
    void samples(const std::vector<store::SampleRow>&) override { }
    void candidates(const std::vector<store::CandidateRow>&) override { }
    void evaluation(const store::EvaluationRow& row) override;
    void truncate(const std::string&, std::int64_t) override { }
    void rate(double tokensPerSecond) override { m_rate = tokensPerSecond; }
    // One line that belongs to no stage.
    void say(const std::string& text) { line(text); }

private:
    void drawBar(const store::StageRow& row);
    void line(const std::string& text);

    std::FILE* m_out;
    bool m_isTerminal;
    bool m_barOpen = false;
    std::map<std::string, store::StageState> m_states;
    std::string m_current;
    double m_lastDrawn = 0;
    int m_lastTenth = 0;
    StagePace m_pace;
    double m_rate = 0;
    double m_reward = 0;
    bool m_hasReward = false;
};

} // namespace msrl::cli
