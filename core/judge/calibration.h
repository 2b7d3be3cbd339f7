// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a confidence says what it promises, and what accepting only the confident ones would cost.
#pragma once

#include "core/judge/statistics.h"

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace msrl::judge {

// One item: how sure, and whether it was right.
struct Scored
{
    double confidence = 0;
    bool right = false;
};

struct ReliabilityBin
{
    double low = 0; // the bin holds [low, high), the last one high as well
    double high = 1;
    std::size_t count = 0;
    double meanConfidence = 0; // 0 when empty
    double accuracy = 0; // 0 when empty
};

// Equal-width bins over [0, 1]. REQUIRES: 0 <= confidence <= 1 for all, bins > 0
std::vector<ReliabilityBin> reliabilityBins(std::span<const Scored> items, std::size_t bins = 10);

// Expected calibration error: the mean over items of |accuracy - mean confidence| of their bin (Naeini et
// al., 2015). Nothing without items. Same requirements.
std::optional<double> expectedCalibrationError(std::span<const Scored> items, std::size_t bins = 10);

// Mean of (confidence - right)^2. Nothing without items.
std::optional<double> brierScore(std::span<const Scored> items);

// Accepting every item whose confidence is at least `threshold`.
struct RiskPoint
{
    double threshold = 0;
    std::size_t accepted = 0;
    std::size_t wrong = 0; // of those
    double coverage = 0; // accepted / all
    double risk = 0; // wrong / accepted
    Interval riskInterval; // exact (Clopper and Pearson), 95%
};

// One point per distinct confidence, from the highest threshold to the lowest. The confidence may be of any
// scale; only its order counts. With more points than `most`, that many are kept, evenly spread, the first
// and the last among them: an interval is dear to compute. REQUIRES: no NaN, most >= 2
std::vector<RiskPoint> riskCoverage(
    std::span<const Scored> items, std::size_t most = std::numeric_limits<std::size_t>::max());

// The mean of the risk over the coverages 1/n, 2/n, … n/n; among equal confidences the wrong ones are
// spread evenly. Nothing without items.
std::optional<double> areaUnderRiskCoverage(std::span<const Scored> items);

// The point of largest coverage whose risk is at most `mostRisk`; nothing when there is none.
std::optional<RiskPoint> largestCoverage(std::span<const RiskPoint> points, double mostRisk);

} // namespace msrl::judge
