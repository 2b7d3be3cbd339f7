// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/reliability_bars.h"

#include "core/judge/statistics.h"

#include <cmath>

namespace msrl::pages {

QVector<widgets::ReliabilityBar> reliabilityBars(std::span<const judge::ReliabilityBin> bins)
{
    QVector<widgets::ReliabilityBar> bars;
    for (const judge::ReliabilityBin& bin : bins) {
        const auto count = static_cast<std::int64_t>(bin.count);
        const auto right = static_cast<std::int64_t>(std::llround(bin.accuracy * static_cast<double>(count)));
        const judge::Interval interval = judge::wilsonInterval(right, count);
        bars << widgets::ReliabilityBar { bin.low, bin.high, static_cast<int>(count), bin.meanConfidence,
            bin.accuracy, interval.low, interval.high };
    }
    return bars;
}

} // namespace msrl::pages
