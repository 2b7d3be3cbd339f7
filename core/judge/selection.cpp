// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/selection.h"

#include <fmt/format.h>

namespace msrl::judge {

namespace {

using data::Side;

std::optional<Side> majorityOf(int votesA, int votesB)
{
    if (votesA == votesB)
        return std::nullopt;
    return votesA > votesB ? Side::A : Side::B;
}

void countVotes(std::span<const PathEvidence> paths, Selection& selection)
{
    for (const PathEvidence& path : paths) {
        selection.votesA += path.answer == Side::A ? 1 : 0;
        selection.votesB += path.answer == Side::B ? 1 : 0;
    }
    const int votes = selection.votesA + selection.votesB;
    if (votes > 0) {
        selection.shareA = static_cast<double>(selection.votesA) / votes;
        selection.shareB = static_cast<double>(selection.votesB) / votes;
    }
    selection.tie = votes > 0 && selection.votesA == selection.votesB;
    selection.majority = majorityOf(selection.votesA, selection.votesB);
}

// Mean over one side's paths of their mean log-probability; paths without tokens are left out.
std::optional<double> sideConfidence(std::span<const PathEvidence> paths, Side side)
{
    double sum = 0;
    int count = 0;
    for (const PathEvidence& path : paths) {
        const auto mean = path.answer == side ? meanLogprob(path.logprobs) : std::nullopt;
        if (mean) {
            sum += *mean;
            ++count;
        }
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

std::optional<Side> settleTie(std::span<const PathEvidence> paths)
{
    const auto a = sideConfidence(paths, Side::A);
    const auto b = sideConfidence(paths, Side::B);
    if (!a || !b || *a == *b)
        return std::nullopt;
    return *a > *b ? Side::A : Side::B;
}

std::string votesText(const Selection& selection)
{
    if (selection.votesA + selection.votesB == 0)
        return "no path has an answer";
    if (selection.tie)
        return fmt::format("tie {}:{}", selection.votesA, selection.votesB);
    const Side side = *selection.majority;
    return fmt::format("{} votes for {}, {} against", selection.votes(side), data::sideName(side),
        selection.votes(otherSide(side)));
}

std::string reasonText(
    const Selection& selection, bool fromGold, const SelectionOptions& options, std::string_view measureTitle)
{
    std::string text = votesText(selection);
    if (!selection.label)
        return text
            + (selection.tie && options.tie == TiePolicy::Confidence ? ", and confidence does not settle it"
                                                                     : "");
    const char* label = data::sideName(*selection.label);
    if (fromGold)
        text += fmt::format("; the gold label is {}", label);
    else if (selection.tie)
        text += fmt::format("; {} by the larger mean log-probability", label);
    if (selection.kept.empty())
        return text + fmt::format("; no path with answer {} has the right format", label);
    if (!selection.chosen)
        return text + fmt::format("; {} is undefined for every path kept", measureTitle);
    return text
        + fmt::format("; path {} has the highest {} ({:.3f}) of {} kept", *selection.chosen + 1, measureTitle,
            *selection.confidence[*selection.chosen], selection.kept.size());
}

} // namespace

base::Result<Selection> selectCandidate(
    std::span<const PathEvidence> paths, const std::optional<Side>& gold, const SelectionOptions& options)
{
    const ConfidenceMeasure* measure = findConfidenceMeasure(options.measure);
    if (!measure)
        return base::badInput(fmt::format("unknown confidence measure '{}'", options.measure));
    if (options.window == 0)
        return base::badInput("the confidence window is 0 tokens", {}, "use at least 1");

    Selection selection;
    countVotes(paths, selection);
    const bool fromGold = options.label == LabelMode::Gold && gold;
    if (selection.tie && options.tie == TiePolicy::Confidence)
        selection.majority = settleTie(paths);
    selection.label = fromGold ? gold : selection.majority;

    selection.confidence.resize(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (!selection.label || paths[i].answer != selection.label || !paths[i].formatOk)
            continue;
        selection.kept.push_back(i);
        auto& confidence = selection.confidence[i];
        confidence = measure->value({ paths[i], selection.share(*selection.label), options.window });
        if (confidence && (!selection.chosen || *confidence > *selection.confidence[*selection.chosen]))
            selection.chosen = i;
    }
    selection.reason = reasonText(selection, fromGold, options, measure->name);
    return selection;
}

bool wantsMorePaths(const Selection& selection, std::optional<double> below)
{
    return !selection.chosen || (below && *selection.confidence[*selection.chosen] < *below);
}

std::vector<std::optional<double>> allConfidences(
    const PathEvidence& path, const Selection& selection, std::size_t window)
{
    const double share = path.answer ? selection.share(*path.answer) : 0;
    std::vector<std::optional<double>> values;
    for (const ConfidenceMeasure& measure : confidenceMeasures())
        values.push_back(measure.value({ path, share, window }));
    return values;
}

std::optional<Side> majorityVote(std::span<const std::optional<Side>> answers)
{
    int votesA = 0;
    int votesB = 0;
    for (const std::optional<Side>& answer : answers) {
        votesA += answer == Side::A ? 1 : 0;
        votesB += answer == Side::B ? 1 : 0;
    }
    return majorityOf(votesA, votesB);
}

} // namespace msrl::judge
