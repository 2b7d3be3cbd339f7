// SPDX-License-Identifier: GPL-3.0-or-later
// The time that a running stage still needs, from the steps that this process has made itself: those before a
// checkpoint took their time in another one.
#pragma once

#include "core/store/rows.h"

namespace msrl::cli {

class StagePace
{
public:
    // The stage begins, or goes on, after `step`; `now` on a clock that never jumps, in seconds.
    void begin(std::int64_t step, double now)
    {
        m_firstStep = step;
        m_began = now;
    }
    // A stage that goes on from a checkpoint says so once it has read it.
    void see(const store::EventRow& event, double now)
    {
        if (event.kind == "resume" && !event.stage.empty())
            begin(event.step, now);
    }
    // -1 before the first step of this process, and while the total is unknown.
    double secondsToGo(const store::StageRow& row, double now) const
    {
        const auto done = static_cast<double>(row.step - m_firstStep);
        return done > 0 && row.total > 0 ? (now - m_began) / done * static_cast<double>(row.total - row.step)
                                         : -1;
    }

private:
    std::int64_t m_firstStep = 0;
    double m_began = 0;
};

} // namespace msrl::cli
