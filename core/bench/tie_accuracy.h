// SPDX-License-Identifier: GPL-3.0-or-later
// Accuracy of margins against votes in which people may call a tie (VideoGen-RewardBench; the calibration is
// of Deutsch et al., "Ties Matter", arXiv 2305.14324).
#pragma once

#include <cstdint>
#include <span>

namespace msrl::bench {

// Labels: +1 for A, -1 for B, 0 for the same. Margins: score(A) - score(B).
struct TieAccuracy
{
    double accuracy = 0;
    double threshold = 0; // margins up to it are called a tie
};

// The best accuracy over the thresholds |margin|, the lowest of equals. REQUIRES: equal sizes, not empty
TieAccuracy accuracyWithTies(std::span<const int> labels, std::span<const double> margins);

// As the published script computes it: pairs of equal |margin| become ties one by one, in file order, so
// that it may exceed the true figure. Same requirements.
TieAccuracy scriptAccuracyWithTies(std::span<const int> labels, std::span<const double> margins);

struct DecidedAccuracy
{
    std::int64_t right = 0; // the margin has the label's sign
    std::int64_t decided = 0; // labels that are not ties
    std::int64_t zeroMargins = 0; // of those; counted as wrong
    double accuracy() const
    {
        return decided == 0 ? 0 : static_cast<double>(right) / static_cast<double>(decided);
    }
};
DecidedAccuracy accuracyWithoutTies(std::span<const int> labels, std::span<const double> margins);

} // namespace msrl::bench
