// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/summary.h"

#include "core/groups/configurations.h"
#include "core/groups/early_stop.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace msrl::groups {

namespace {

// Figures of one measure, seed by seed.
using Samples = std::map<std::uint64_t, Figure>;

Estimate estimate(const Samples& samples)
{
    Estimate result;
    std::vector<double> values;
    for (const auto& [seed, figure] : samples) {
        result.bySeed[seed] = figure.value;
        values.push_back(figure.value);
        result.mean += figure.value / static_cast<double>(samples.size());
    }
    if (values.size() >= 2) {
        result.kind = IntervalKind::Seeds;
        result.interval = judge::studentMeanInterval(values);
    } else if (const Figure& only = samples.begin()->second; only.trials > 0) {
        result.kind = IntervalKind::Judgements;
        const auto hits = std::llround(only.value * static_cast<double>(only.trials));
        result.interval = judge::wilsonInterval(std::clamp<std::int64_t>(hits, 0, only.trials), only.trials);
    }
    return result;
}

const EvaluatedPolicy* findPolicy(const MemberResult& member, const std::string& node)
{
    const auto found = std::find_if(member.policies.begin(), member.policies.end(),
        [&](const EvaluatedPolicy& policy) { return policy.node == node; });
    return found == member.policies.end() ? nullptr : &*found;
}

// The policy that a member's row is about; nothing when it was not evaluated.
const EvaluatedPolicy* chosenPolicy(const MemberResult& member, const std::string& after)
{
    if (!after.empty())
        return findPolicy(member, after);
    return member.policies.empty() ? nullptr : &member.policies.back();
}

Figures withRetention(const MemberResult& member, const EvaluatedPolicy& policy)
{
    Figures figures = policy.figures;
    const EvaluatedPolicy* before = findPolicy(member, policy.startedFrom);
    if (!before)
        return figures;
    constexpr std::string_view kAccuracy = ".accuracy";
    for (const auto& [measure, figure] : policy.figures) {
        const auto earlier = before->figures.find(measure);
        if (measure.ends_with(kAccuracy) && earlier != before->figures.end() && earlier->second.value > 0)
            figures[measure.substr(0, measure.size() - kAccuracy.size()) + ".retention"]
                = { figure.value / earlier->second.value, 0 };
    }
    return figures;
}

std::map<std::string, Estimate> estimates(const std::map<std::string, Samples>& measures)
{
    std::map<std::string, Estimate> all;
    for (const auto& [measure, samples] : measures)
        all[measure] = estimate(samples);
    return all;
}

SummaryRow rowOf(const Configuration& configuration, const GroupSummary& summary)
{
    SummaryRow row;
    row.key = configuration.key;
    row.title = configuration.title;
    std::map<std::string, Samples> measures;
    for (const MemberResult& member : summary.members) {
        if (member.member.configuration != configuration.key)
            continue;
        ++row.members;
        const EvaluatedPolicy* policy = member.finished ? chosenPolicy(member, summary.after) : nullptr;
        if (!member.finished)
            continue;
        ++row.finished;
        if (!policy)
            continue;
        row.policy = policy->node;
        for (const auto& [measure, figure] : withRetention(member, *policy))
            measures[measure][member.member.seed] = figure;
    }
    row.measures = estimates(measures);
    return row;
}

// The untrained model does not depend on the seed: the first member that evaluated it speaks for all.
std::optional<SummaryRow> baseRow(const GroupSummary& summary)
{
    for (const MemberResult& member : summary.members) {
        for (const EvaluatedPolicy& policy : member.policies) {
            if (!policy.isModel)
                continue;
            SummaryRow row { "base", "before training", 1, 1, policy.node, {}, {} };
            for (const auto& [measure, figure] : policy.figures)
                row.measures[measure] = estimate({ { member.member.seed, figure } });
            return row;
        }
    }
    return std::nullopt;
}

std::optional<Estimate> differenceOf(
    const SummaryRow& row, const SummaryRow& full, const std::string& measure)
{
    const auto own = row.measures.find(measure);
    const auto other = full.measures.find(measure);
    if (own == row.measures.end() || other == full.measures.end())
        return std::nullopt;
    Samples differences;
    for (const auto& [seed, value] : own->second.bySeed) {
        const auto same = other->second.bySeed.find(seed);
        if (same != other->second.bySeed.end())
            differences[seed] = { value - same->second, 0 };
    }
    return differences.empty() ? std::nullopt : std::optional(estimate(differences));
}

std::string stageTitle(const std::vector<MemberResult>& members, const std::string& node)
{
    for (const MemberResult& member : members) {
        const EvaluatedPolicy* policy = findPolicy(member, node);
        if (policy && !policy->title.empty())
            return policy->title;
    }
    return node;
}

std::vector<std::string> givenUpSentences(const RunGroup& group, const std::vector<MemberResult>& members)
{
    std::vector<std::string> sentences;
    for (const MemberResult& member : members) {
        if (!member.isGivenUp())
            continue;
        const GivenUp& why = *member.member.givenUp;
        const Configuration* configuration = group.configuration(member.member.configuration);
        sentences.push_back(fmt::format("given up early: {}, seed {}, as {}",
            configuration ? configuration->title : member.member.configuration, member.member.seed,
            givenUpText(group, why, stageTitle(members, why.after))));
    }
    return sentences;
}

bool wasEvaluated(const std::vector<MemberResult>& members, const std::string& node)
{
    const auto unfinished = [](const MemberResult& member) { return !member.finished; };
    return std::all_of(members.begin(), members.end(), unfinished)
        || std::any_of(members.begin(), members.end(),
            [&](const MemberResult& member) { return findPolicy(member, node) != nullptr; });
}

} // namespace

const char* intervalKindName(IntervalKind kind)
{
    switch (kind) {
    case IntervalKind::None:
        return "";
    case IntervalKind::Seeds:
        return "student-t-95-over-seeds";
    case IntervalKind::Judgements:
        return "wilson-95-over-judgements";
    }
    return "";
}

const SummaryRow* GroupSummary::row(std::string_view key) const
{
    const auto found
        = std::find_if(rows.begin(), rows.end(), [&](const SummaryRow& one) { return one.key == key; });
    return found == rows.end() ? nullptr : &*found;
}

std::string mainMeasure(const GroupSummary& summary)
{
    for (const char* measure : { "pixels.accuracy", "captions.accuracy", "text.accuracy" }) {
        for (const SummaryRow& row : summary.rows) {
            if (row.measures.contains(measure))
                return measure;
        }
    }
    return "pixels.accuracy";
}

std::string measureTitle(const std::string& measure)
{
    const std::size_t dot = measure.find('.');
    if (dot == std::string::npos)
        return measure;
    const std::string set = measure.substr(0, dot);
    std::string what = measure.substr(dot + 1);
    if (what == "accuracy")
        return set;
    if (what.starts_with("by_task/"))
        what = what.substr(std::string("by_task/").size());
    std::replace(what.begin(), what.end(), '_', ' ');
    return set + ", " + what;
}

base::Result<GroupSummary> summarise(
    const RunGroup& group, std::vector<MemberResult> members, const std::string& after)
{
    if (!after.empty() && !wasEvaluated(members, after))
        return base::badInput(fmt::format("no member has evaluated a policy '{}'", after), "--after",
            "name a node that an Evaluate node is connected to");
    GroupSummary summary;
    summary.name = group.name;
    summary.after = after;
    summary.members = std::move(members);
    for (const curriculum::Override& one : commonValues(group))
        summary.common.push_back(curriculum::overrideText(one));
    summary.givenUp = givenUpSentences(group, summary.members);
    if (std::optional<SummaryRow> base = baseRow(summary))
        summary.rows.push_back(*std::move(base));
    for (const Configuration& configuration : group.configurations)
        summary.rows.push_back(rowOf(configuration, summary));
    summary.hasPaperRows = group.configurations.size() > 1
        && std::all_of(group.configurations.begin(), group.configurations.end(),
            [](const Configuration& one) { return paperFigure(one.key).has_value(); });
    const std::string measure = mainMeasure(summary);
    if (const SummaryRow* found = summary.row(kFullKey)) {
        const SummaryRow full = *found;
        for (SummaryRow& row : summary.rows) {
            if (row.key != kFullKey && row.key != "base")
                row.difference = differenceOf(row, full, measure);
        }
    }
    return summary;
}

} // namespace msrl::groups
