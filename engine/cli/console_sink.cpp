// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/console_sink.h"

#include "core/base/clock.h"
#include "core/curriculum/node_types.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace msrl::cli {

namespace {

constexpr int kBarWidth = 24;
constexpr double kRedrawSeconds = 0.1;

std::string bar(double share)
{
    const int full = std::clamp(static_cast<int>(share * kBarWidth), 0, kBarWidth);
    std::string text;
    for (int i = 0; i < kBarWidth; ++i)
        text += i < full ? "█" : "░";
    return text;
}

} // namespace

ConsoleSink::ConsoleSink(std::FILE* out)
    : m_out(out)
    , m_isTerminal(::isatty(::fileno(out)) == 1)
{
}

void ConsoleSink::line(const std::string& text)
{
    const std::string whole = (m_barOpen ? "\r\033[K" : "") + text + "\n";
    std::fwrite(whole.data(), 1, whole.size(), m_out);
    std::fflush(m_out);
    m_barOpen = false;
}

void ConsoleSink::stage(const store::StageRow& row)
{
    const bool isNew = m_states.find(row.stage) == m_states.end() || m_states[row.stage] != row.state;
    m_states[row.stage] = row.state;
    const bool hasWork = !curriculum::traitsOf(row.nodeType).stored;
    if (isNew && row.state == store::StageState::Running) {
        m_current = row.stage;
        m_pace.begin(row.step, base::monotonicSeconds());
        m_lastTenth = 0;
        m_rate = 0;
        m_hasReward = false;
        if (!m_isTerminal && hasWork)
            line(fmt::format("{}: started", row.stage));
    } else if (isNew && row.state == store::StageState::Done && hasWork) {
        line(fmt::format("{}: done in {}", row.stage,
            base::durationText(static_cast<double>(row.endedMs - row.startedMs) / 1000.0)));
    } else if (isNew && row.state == store::StageState::Reused && hasWork) {
        line(fmt::format("{}: unchanged, result reused", row.stage));
    } else if (isNew && row.state == store::StageState::AwaitingAudit) {
        line(fmt::format("{}: {}", row.stage, row.message));
    } else if (row.state == store::StageState::Running && row.total > 0) {
        drawBar(row);
    }
}

void ConsoleSink::drawBar(const store::StageRow& row)
{
    const double share = static_cast<double>(row.step) / static_cast<double>(row.total);
    const double now = base::monotonicSeconds();
    std::string text = fmt::format("{}: {}/{}", row.stage, row.step, row.total);
    if (m_rate > 0)
        text += fmt::format("  {:.0f} tok/s", m_rate);
    if (m_hasReward)
        text += fmt::format("  reward {:.3f}", m_reward);
    if (const double left = m_pace.secondsToGo(row, now); left >= 0)
        text += "  ETA " + base::durationText(left);
    if (!m_isTerminal) {
        const int tenth = static_cast<int>(share * 10);
        if (tenth > m_lastTenth) {
            m_lastTenth = tenth;
            line(text);
        }
        return;
    }
    if (now - m_lastDrawn < kRedrawSeconds && row.step < row.total)
        return;
    m_lastDrawn = now;
    const std::string whole = fmt::format("\r\033[K{} {:3.0f}%  {}", bar(share), share * 100, text);
    std::fwrite(whole.data(), 1, whole.size(), m_out);
    std::fflush(m_out);
    m_barOpen = true;
}

void ConsoleSink::metrics(const std::vector<store::MetricRow>& rows)
{
    for (const store::MetricRow& row : rows) {
        if (row.name == "reward" && row.source.empty()) {
            m_reward = row.value;
            m_hasReward = true;
        }
    }
}

void ConsoleSink::event(const store::EventRow& row)
{
    m_pace.see(row, base::monotonicSeconds());
    if (row.level == store::EventLevel::Warning || row.level == store::EventLevel::Error || row.kind == "gate"
        || row.kind == "resume" || row.kind == "left-out")
        line(fmt::format("{}: {}", row.stage, row.text));
}

void ConsoleSink::evaluation(const store::EvaluationRow& row)
{
    std::string text = fmt::format("{}:", row.stage);
    for (const auto& [set, figures] : row.report.at("sets").items())
        text += fmt::format("  {} {:.3f}", set, figures.at("accuracy").get<double>());
    line(text);
}

} // namespace msrl::cli
