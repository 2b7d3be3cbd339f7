// SPDX-License-Identifier: GPL-3.0-or-later
// Ticks of an axis of times by the clock (seconds since 1970): as much of the date and of the seconds as the
// part in sight asks for.
#pragma once

#include "widgets/plot/custom_plot.h"

namespace msrl::widgets {

class ClockTicker : public QCPAxisTickerDateTime
{
protected:
    double getTickStep(const QCPRange& range) override;
};

} // namespace msrl::widgets
