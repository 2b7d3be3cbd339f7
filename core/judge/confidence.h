// SPDX-License-Identifier: GPL-3.0-or-later
// How sure a teacher was of one reasoning path. The paper leaves the measure open; these are offered. All are
// "higher is surer". Adding one: its function, and one line in confidenceMeasures().
#pragma once

#include "core/data/sample.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace msrl::judge {

// One sampled path with what is needed to judge it.
struct PathEvidence
{
    std::optional<data::Side> answer; // parsed; the format need not hold
    bool formatOk = false;
    std::vector<double> logprobs; // of the tokens written
    std::vector<std::vector<double>> topLogprobs; // per token, its k likeliest; may be empty
    std::optional<std::array<double, 2>> answerLogprobs; // of A and of B where the answer was written
};

struct ConfidenceInput
{
    const PathEvidence& path;
    double voteShare = 0; // of the path's own answer among parsed votes
    std::size_t window = 64; // tokens, for the sliding-window measures
};

// What a measure's numbers are: a probability; the logarithm of one; or a number of which only the order
// counts.
enum class ConfidenceScale { Probability, LogProbability, Order };

struct ConfidenceMeasure
{
    const char* name;
    const char* title;
    const char* summary;
    ConfidenceScale scale;
    // Nothing: undefined for this path (no tokens, no answer, or the evidence was not kept).
    std::optional<double> (*value)(const ConfidenceInput& input);
};

// mean_logprob, answer_prob, vote_share, bottom_window_logprob, deepconf_bottom10.
const std::vector<ConfidenceMeasure>& confidenceMeasures();
const ConfidenceMeasure* findConfidenceMeasure(std::string_view name);

// The value as a probability; nothing where the measure has no such scale, or is not known.
std::optional<double> asProbability(std::string_view measure, double value);

std::optional<double> meanLogprob(std::span<const double> logprobs);

// Mean over the lowest tenth (at least one) of the means of all windows of `window` consecutive values; the
// mean of all when there are fewer values. REQUIRES: values is not empty, window > 0
double lowestWindowsMean(std::span<const double> values, std::size_t window);

} // namespace msrl::judge
