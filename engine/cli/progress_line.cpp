// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/progress_line.h"

#include "core/base/clock.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace msrl::cli {

namespace {

// Work that is done by then says nothing; a log is spared longer than a person.
constexpr double kSilentOnTerminal = 0.5;
constexpr double kSilentInLog = 5;
constexpr double kRedrawnEvery = 0.1;

void sayOnStandardError(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

} // namespace

ProgressLine::ProgressLine(std::string title)
    : m_title(std::move(title))
    , m_isTerminal(::isatty(STDERR_FILENO) == 1)
    , m_began(base::monotonicSeconds())
{
}

ProgressLine::~ProgressLine()
{
    if (m_open)
        sayOnStandardError("\r\033[K");
}

void ProgressLine::update(std::size_t done, std::size_t total)
{
    const double now = base::monotonicSeconds();
    if (done == total && m_open) {
        sayOnStandardError("\r\033[K");
        m_open = false;
        return;
    }
    if (total == 0 || now - m_began < (m_isTerminal ? kSilentOnTerminal : kSilentInLog))
        return;
    const std::string text = fmt::format("{}: {} of {}", m_title, done, total);
    const std::size_t tenth = done * 10 / total;
    if (m_isTerminal && now - m_drawn >= kRedrawnEvery) {
        m_drawn = now;
        m_open = true;
        sayOnStandardError("\r\033[K" + text);
    } else if (!m_isTerminal && tenth > m_tenth) {
        m_tenth = tenth;
        sayOnStandardError(text + "\n");
    }
}

} // namespace msrl::cli
