// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/completion_path.h"

#include <algorithm>

namespace msrl::models {

namespace {

const std::vector<float>& valuesOf(const store::SampleRow& sample, TokenHeat heat)
{
    return heat == TokenHeat::Entropy ? sample.tokenEntropies : sample.tokenLogprobs;
}

bool hasWholeFormat(const store::SampleRow& sample)
{
    if (sample.answer.empty() || !sample.rewardParts.is_object())
        return !sample.answer.empty();
    const auto part = sample.rewardParts.find("format");
    return part == sample.rewardParts.end() || !part->is_number() || part->get<double>() >= 1;
}

} // namespace

bool hasHeat(const store::SampleRow& sample, TokenHeat heat)
{
    return heat != TokenHeat::None && !sample.tokenBytes.empty() && !valuesOf(sample, heat).empty();
}

store::CandidatePath completionPath(const store::SampleRow& sample, TokenHeat heat)
{
    store::CandidatePath path;
    path.text = sample.completion;
    path.answer = sample.answer;
    path.formatOk = hasWholeFormat(sample);
    path.numTokens = sample.numTokens;
    if (!hasHeat(sample, heat))
        return path;
    const std::vector<float>& values = valuesOf(sample, heat);
    const float sign = heat == TokenHeat::Entropy ? -1.0F : 1.0F;
    std::size_t at = 0;
    float least = 0; // of the tokens since the last letter that is whole
    for (std::size_t i = 0; i < std::min(values.size(), sample.tokenBytes.size()); ++i) {
        least = std::min(least, sign * values[i]);
        const std::size_t size = std::min<std::size_t>(sample.tokenBytes[i], sample.completion.size() - at);
        if (size == 0)
            continue;
        path.tokens.push_back(sample.completion.substr(at, size));
        path.tokenLogprobs.push_back(least);
        at += size;
        least = 0;
    }
    return path;
}

std::pair<int, int> completionsToCompare(const SampleGroup& group)
{
    const int count = static_cast<int>(group.completions.size());
    const auto reward = [&](int i) { return group.completions[static_cast<std::size_t>(i)].reward; };
    int best = count > 0 ? 0 : -1;
    for (int i = 1; i < count; ++i)
        best = reward(i) > reward(best) ? i : best;
    int worst = -1;
    for (int i = 0; i < count; ++i) {
        if (i != best && (worst < 0 || reward(i) < reward(worst)))
            worst = i;
    }
    return { best, worst };
}

} // namespace msrl::models
