// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/early_stop.h"

#include "core/judge/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace msrl::groups {

namespace {

judge::Interval intervalOf(const Figure& figure)
{
    const auto right = std::llround(figure.value * static_cast<double>(figure.trials));
    return judge::wilsonInterval(std::clamp<std::int64_t>(right, 0, figure.trials), figure.trials);
}

const Figure* figureAfter(const MemberResult& member, const std::string& node, const std::string& measure)
{
    for (const EvaluatedPolicy& policy : member.policies) {
        const auto found = policy.figures.find(measure);
        if (policy.node == node && found != policy.figures.end())
            return &found->second;
    }
    return nullptr;
}

} // namespace

std::optional<GivenUp> whyHopeless(
    const EvaluatedPolicy& own, const std::string& set, std::span<const MemberResult> rivals, double margin)
{
    const std::string measure = set + ".accuracy";
    const auto mine = own.figures.find(measure);
    if (mine == own.figures.end() || mine->second.trials == 0)
        return std::nullopt;
    const MemberResult* best = nullptr;
    const Figure* most = nullptr;
    for (const MemberResult& rival : rivals) {
        const Figure* figure = figureAfter(rival, own.node, measure);
        if (figure && (!most || figure->value > most->value)) {
            best = &rival;
            most = figure;
        }
    }
    if (!most || mine->second.value >= most->value - margin
        || intervalOf(mine->second).high >= intervalOf(*most).low)
        return std::nullopt;
    return GivenUp { own.node, set, mine->second.value, best->member.configuration, most->value };
}

std::string givenUpText(const RunGroup& group, const GivenUp& why, const std::string& stageTitle)
{
    const Configuration* against = group.configuration(why.against);
    return fmt::format("after {} its accuracy on {} is {:.3f}, that of '{}' is {:.3f}",
        stageTitle.empty() ? why.after : stageTitle, why.set, why.value,
        against ? against->title : why.against, why.best);
}

} // namespace msrl::groups
