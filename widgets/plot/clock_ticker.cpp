// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/clock_ticker.h"

namespace msrl::widgets {

namespace {

constexpr double kMinute = 60;
constexpr double kDay = 24 * 60 * kMinute;

} // namespace

// Asked before the labels are made.
double ClockTicker::getTickStep(const QCPRange& range)
{
    const double step = QCPAxisTickerDateTime::getTickStep(range);
    if (step < kMinute)
        setDateTimeFormat(QStringLiteral("HH:mm:ss"));
    else if (range.size() < kDay)
        setDateTimeFormat(QStringLiteral("HH:mm"));
    else
        setDateTimeFormat(step < kDay ? QStringLiteral("HH:mm\nd MMM") : QStringLiteral("d MMM"));
    return step;
}

} // namespace msrl::widgets
