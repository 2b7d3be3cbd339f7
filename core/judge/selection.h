// SPDX-License-Identifier: GPL-3.0-or-later
// From n reasoning paths to the one that teaches (o* in the paper): votes, the label, the format filter,
// confidence.
#pragma once

#include "core/base/result.h"
#include "core/judge/confidence.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace msrl::judge {

// Vote: the majority of the parsed answers. Gold: the known label where there is one, else the majority.
enum class LabelMode { Vote, Gold };

// Drop: a tie has no label and is left to the auditor. Confidence: the side whose paths have the larger mean
// of their mean log-probabilities.
enum class TiePolicy { Drop, Confidence };

struct SelectionOptions
{
    LabelMode label = LabelMode::Vote;
    TiePolicy tie = TiePolicy::Drop;
    std::string measure = "mean_logprob"; // a name from confidenceMeasures()
    std::size_t window = 64;
};

struct Selection
{
    int votesA = 0;
    int votesB = 0;
    double shareA = 0; // of the parsed votes
    double shareB = 0;
    bool tie = false; // at least one vote, and as many for A as for B
    std::optional<data::Side> majority; // after the tie policy
    std::optional<data::Side> label;
    std::vector<std::size_t> kept; // paths with the label's answer and the right format
    std::vector<std::optional<double>> confidence; // per path; only for kept ones
    std::optional<std::size_t> chosen; // highest confidence, the first of equals
    std::string reason; // why that one, or why none, for people

    int votes(data::Side side) const { return side == data::Side::A ? votesA : votesB; }
    double share(data::Side side) const { return side == data::Side::A ? shareA : shareB; }
};

// BadInput for an unknown measure or a window of 0.
base::Result<Selection> selectCandidate(std::span<const PathEvidence> paths,
    const std::optional<data::Side>& gold, const SelectionOptions& options);

// Whether more paths may help: nothing was chosen (a tie, or no path that passes), or, with `below`, the
// choice is less sure than that.
bool wantsMorePaths(const Selection& selection, std::optional<double> below);

// One path's value of every measure, in the order of confidenceMeasures(); for the record of all paths.
std::vector<std::optional<double>> allConfidences(
    const PathEvidence& path, const Selection& selection, std::size_t window);

// Majority of k answers for voting@k: nothing for no votes or a tie.
std::optional<data::Side> majorityVote(std::span<const std::optional<data::Side>> answers);

} // namespace msrl::judge
