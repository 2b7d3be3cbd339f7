// SPDX-License-Identifier: GPL-3.0-or-later
// How many samples of a batch are replayed: the ratio, its schedule, and the exact composition of every
// batch.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::data {

// New samples per replayed one ("5 : 1" is 5), as a function of the step: linear between points, constant
// outside. Infinity means no replay; 0 means replay only.
class ReplayRatio
{
public:
    static constexpr double kNoReplay = std::numeric_limits<double>::infinity();

    struct Point
    {
        std::int64_t step = 0;
        double ratio = 0;
    };

    explicit ReplayRatio(double constant = kNoReplay)
        : m_points { { 0, constant } }
    {
    }
    // BadInput for no points, steps that do not rise, negative ratios, or infinity among several points.
    static base::Result<ReplayRatio> create(std::vector<Point> points);
    // "0:9, 100:5": at step 0 nine new samples per replayed one, at step 100 five. Ratios are above 0 here.
    static base::Result<ReplayRatio> parse(std::string_view text);
    std::string text() const; // as parse() reads it

    double at(std::int64_t step) const;
    // Share of replayed samples, 1 / (1 + ratio).
    double shareAt(std::int64_t step) const;
    bool isConstant() const { return m_points.size() == 1; }
    bool usesReplay() const;
    const std::vector<Point>& points() const { return m_points; }

private:
    std::vector<Point> m_points;
};

struct BatchComposition
{
    int fresh = 0;
    int replay = 0;

    bool operator==(const BatchComposition&) const = default;
};

// How many of `batchSize` samples of a step are new and how many replayed. A batch that the ratio divides is
// exact; otherwise the remainder is carried on, so that after every step the number of replayed samples is
// within one half of the exact sum of shares. Also what the studio's replay editor draws.
BatchComposition batchComposition(int batchSize, const ReplayRatio& ratio, std::int64_t step);
BatchComposition batchComposition(int batchSize, double ratio, std::int64_t step);

// Replayed samples in the batches of steps 0 … `step` - 1.
std::int64_t replayedBefore(int batchSize, const ReplayRatio& ratio, std::int64_t step);

// Which of a batch's places hold replayed samples: spread evenly, every prefix within one half of its share.
std::vector<bool> replayPlaces(const BatchComposition& composition);

} // namespace msrl::data
