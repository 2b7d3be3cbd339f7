// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/calibration.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace msrl::judge {

std::vector<ReliabilityBin> reliabilityBins(std::span<const Scored> items, std::size_t bins)
{
    assert(bins > 0);
    std::vector<ReliabilityBin> out(bins);
    for (std::size_t i = 0; i < bins; ++i) {
        out[i].low = static_cast<double>(i) / static_cast<double>(bins);
        out[i].high = static_cast<double>(i + 1) / static_cast<double>(bins);
    }
    for (const Scored& item : items) {
        assert(item.confidence >= 0 && item.confidence <= 1);
        const auto at = static_cast<std::size_t>(item.confidence * static_cast<double>(bins));
        ReliabilityBin& bin = out[std::min(at, bins - 1)];
        ++bin.count;
        bin.meanConfidence += item.confidence;
        bin.accuracy += item.right ? 1 : 0;
    }
    for (ReliabilityBin& bin : out) {
        if (bin.count > 0) {
            bin.meanConfidence /= static_cast<double>(bin.count);
            bin.accuracy /= static_cast<double>(bin.count);
        }
    }
    return out;
}

std::optional<double> expectedCalibrationError(std::span<const Scored> items, std::size_t bins)
{
    if (items.empty())
        return std::nullopt;
    double sum = 0;
    for (const ReliabilityBin& bin : reliabilityBins(items, bins))
        sum += static_cast<double>(bin.count) * std::abs(bin.accuracy - bin.meanConfidence);
    return sum / static_cast<double>(items.size());
}

std::optional<double> brierScore(std::span<const Scored> items)
{
    if (items.empty())
        return std::nullopt;
    double sum = 0;
    for (const Scored& item : items) {
        const double miss = item.confidence - (item.right ? 1.0 : 0.0);
        sum += miss * miss;
    }
    return sum / static_cast<double>(items.size());
}

namespace {

// Evenly spread, the first and the last among them.
void thin(std::vector<RiskPoint>& points, std::size_t most)
{
    assert(most >= 2);
    if (points.size() <= most)
        return;
    for (std::size_t i = 0; i < most; ++i)
        points[i] = points[i * (points.size() - 1) / (most - 1)];
    points.resize(most);
}

} // namespace

std::vector<RiskPoint> riskCoverage(std::span<const Scored> items, std::size_t most)
{
    std::vector<Scored> sorted(items.begin(), items.end());
    std::sort(sorted.begin(), sorted.end(),
        [](const Scored& a, const Scored& b) { return a.confidence > b.confidence; });
    std::vector<RiskPoint> points;
    RiskPoint point;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        ++point.accepted;
        point.wrong += sorted[i].right ? 0 : 1;
        if (i + 1 < sorted.size() && sorted[i + 1].confidence == sorted[i].confidence)
            continue;
        point.threshold = sorted[i].confidence;
        point.coverage = static_cast<double>(point.accepted) / static_cast<double>(sorted.size());
        point.risk = static_cast<double>(point.wrong) / static_cast<double>(point.accepted);
        points.push_back(point);
    }
    thin(points, most);
    for (RiskPoint& kept : points)
        kept.riskInterval = clopperPearsonInterval(
            static_cast<std::int64_t>(kept.wrong), static_cast<std::int64_t>(kept.accepted));
    return points;
}

std::optional<double> areaUnderRiskCoverage(std::span<const Scored> items)
{
    if (items.empty())
        return std::nullopt;
    std::vector<Scored> sorted(items.begin(), items.end());
    std::sort(sorted.begin(), sorted.end(),
        [](const Scored& a, const Scored& b) { return a.confidence > b.confidence; });
    double sum = 0;
    double wrongBefore = 0;
    for (std::size_t begin = 0; begin < sorted.size();) {
        std::size_t end = begin;
        double wrong = 0;
        for (; end < sorted.size() && sorted[end].confidence == sorted[begin].confidence; ++end)
            wrong += sorted[end].right ? 0 : 1;
        const double perItem = wrong / static_cast<double>(end - begin);
        for (std::size_t i = begin; i < end; ++i)
            sum += (wrongBefore + perItem * static_cast<double>(i - begin + 1)) / static_cast<double>(i + 1);
        wrongBefore += wrong;
        begin = end;
    }
    return sum / static_cast<double>(sorted.size());
}

std::optional<RiskPoint> largestCoverage(std::span<const RiskPoint> points, double mostRisk)
{
    std::optional<RiskPoint> best;
    for (const RiskPoint& point : points) {
        if (point.risk <= mostRisk && (!best || point.coverage > best->coverage))
            best = point;
    }
    return best;
}

} // namespace msrl::judge
