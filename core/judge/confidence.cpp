// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/confidence.h"

#include "core/judge/mean.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace msrl::judge {

namespace {

std::optional<double> meanLogprobOf(const ConfidenceInput& input)
{
    return meanLogprob(input.path.logprobs);
}

std::optional<double> answerProbability(const ConfidenceInput& input)
{
    if (!input.path.answer || !input.path.answerLogprobs)
        return std::nullopt;
    const auto& [a, b] = *input.path.answerLogprobs;
    const double own = input.path.answer == data::Side::A ? a : b;
    const double other = input.path.answer == data::Side::A ? b : a;
    return 1 / (1 + std::exp(other - own));
}

std::optional<double> voteShare(const ConfidenceInput& input)
{
    if (!input.path.answer)
        return std::nullopt;
    return input.voteShare;
}

std::optional<double> bottomWindowLogprob(const ConfidenceInput& input)
{
    if (input.path.logprobs.empty())
        return std::nullopt;
    return lowestWindowsMean(input.path.logprobs, input.window);
}

std::optional<double> deepConfidence(const ConfidenceInput& input)
{
    if (input.path.topLogprobs.empty())
        return std::nullopt;
    std::vector<double> sureness;
    sureness.reserve(input.path.topLogprobs.size());
    for (const std::vector<double>& top : input.path.topLogprobs) {
        if (top.empty())
            return std::nullopt;
        sureness.push_back(-meanOf(top));
    }
    return lowestWindowsMean(sureness, input.window);
}

} // namespace

const std::vector<ConfidenceMeasure>& confidenceMeasures()
{
    static const std::vector<ConfidenceMeasure> measures {
        { "mean_logprob", "Mean log-probability", "Mean log-probability of the path's tokens.",
            ConfidenceScale::LogProbability, meanLogprobOf },
        { "answer_prob", "Answer probability", "Probability of the written letter against the other one.",
            ConfidenceScale::Probability, answerProbability },
        { "vote_share", "Vote share", "Share of the parsed votes that agree with the path.",
            ConfidenceScale::Probability, voteShare },
        { "bottom_window_logprob", "Weakest passages",
            "Mean log-probability of the lowest tenth of sliding windows.", ConfidenceScale::LogProbability,
            bottomWindowLogprob },
        { "deepconf_bottom10", "Group confidence",
            "Negative mean log-probability of the likeliest tokens, in the lowest tenth of sliding windows.",
            ConfidenceScale::Order, deepConfidence },
    };
    return measures;
}

const ConfidenceMeasure* findConfidenceMeasure(std::string_view name)
{
    for (const ConfidenceMeasure& measure : confidenceMeasures()) {
        if (name == measure.name)
            return &measure;
    }
    return nullptr;
}

std::optional<double> asProbability(std::string_view name, double value)
{
    const ConfidenceMeasure* measure = findConfidenceMeasure(name);
    if (!measure || measure->scale == ConfidenceScale::Order || !std::isfinite(value))
        return std::nullopt;
    return std::clamp(measure->scale == ConfidenceScale::LogProbability ? std::exp(value) : value, 0.0, 1.0);
}

std::optional<double> meanLogprob(std::span<const double> logprobs)
{
    if (logprobs.empty())
        return std::nullopt;
    return meanOf(logprobs);
}

double lowestWindowsMean(std::span<const double> values, std::size_t window)
{
    assert(!values.empty() && window > 0);
    if (values.size() < window)
        return meanOf(values);
    std::vector<double> means;
    means.reserve(values.size() - window + 1);
    for (std::size_t start = 0; start + window <= values.size(); ++start)
        means.push_back(meanOf(values.subspan(start, window)));
    std::sort(means.begin(), means.end());
    const std::size_t tenth = std::max<std::size_t>(1, means.size() / 10);
    return meanOf(std::span(means).first(tenth));
}

} // namespace msrl::judge
