// SPDX-License-Identifier: GPL-3.0-or-later
// How far a piece of work is, on standard error and only when it takes long: a line that is redrawn on a
// terminal, else a line for each tenth.
#pragma once

#include <cstddef>
#include <string>

namespace msrl::cli {

class ProgressLine
{
public:
    explicit ProgressLine(std::string title);
    ~ProgressLine(); // clears what it drew, as the last update() does
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // One call at a time.
    void update(std::size_t done, std::size_t total);

private:
    std::string m_title;
    bool m_isTerminal = false;
    double m_began = 0;
    double m_drawn = 0;
    std::size_t m_tenth = 0;
    bool m_open = false;
};

} // namespace msrl::cli
