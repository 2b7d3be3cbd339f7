// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/tie_accuracy.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <vector>

namespace msrl::bench {

namespace {

bool sameSign(int label, double margin)
{
    return (label > 0 && margin > 0) || (label < 0 && margin < 0);
}

// Indices by |margin|, equal ones in file order.
std::vector<std::size_t> bySize(std::span<const double> margins)
{
    std::vector<std::size_t> order(margins.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return std::abs(margins[a]) < std::abs(margins[b]); });
    return order;
}

// Pairs become ties one after the other; `mayStop` says after which of them the accuracy counts.
template <class MayStop>
TieAccuracy best(std::span<const int> labels, std::span<const double> margins, MayStop mayStop)
{
    assert(labels.size() == margins.size() && !labels.empty());
    const std::vector<std::size_t> order = bySize(margins);
    std::int64_t right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i)
        right += sameSign(labels[i], margins[i]) ? 1 : 0;
    std::int64_t most = -1;
    double threshold = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const int label = labels[order[i]];
        right += label == 0 ? 1 : 0;
        right -= sameSign(label, margins[order[i]]) ? 1 : 0;
        if (right > most && mayStop(order, i)) {
            most = right;
            threshold = std::abs(margins[order[i]]);
        }
    }
    return { static_cast<double>(most) / static_cast<double>(labels.size()), threshold };
}

} // namespace

TieAccuracy accuracyWithTies(std::span<const int> labels, std::span<const double> margins)
{
    return best(labels, margins, [&](const std::vector<std::size_t>& order, std::size_t i) {
        return i + 1 == order.size() || std::abs(margins[order[i + 1]]) > std::abs(margins[order[i]]);
    });
}

TieAccuracy scriptAccuracyWithTies(std::span<const int> labels, std::span<const double> margins)
{
    return best(labels, margins, [](const std::vector<std::size_t>&, std::size_t) { return true; });
}

DecidedAccuracy accuracyWithoutTies(std::span<const int> labels, std::span<const double> margins)
{
    assert(labels.size() == margins.size());
    DecidedAccuracy result;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] == 0)
            continue;
        ++result.decided;
        result.right += sameSign(labels[i], margins[i]) ? 1 : 0;
        result.zeroMargins += margins[i] == 0 ? 1 : 0;
    }
    return result;
}

} // namespace msrl::bench
