// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/study_plot.h"

#include "core/groups/configurations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace msrl::groups {

namespace {

std::optional<judge::Interval> intervalOf(const Estimate& estimate)
{
    return estimate.kind == IntervalKind::None ? std::nullopt : std::optional(estimate.interval);
}

std::optional<curriculum::Override> sweptValue(const RunGroup& group, const std::string& key)
{
    const Configuration* configuration = group.configuration(key);
    if (!configuration)
        return std::nullopt;
    const std::vector<curriculum::Override> swept = sweptValues(group, *configuration);
    return swept.size() == 1 ? std::optional(swept.front()) : std::nullopt;
}

// Of the measures on both axes, where there are two.
std::string noteOf(const std::vector<const SummaryRow*>& rows, const PlotRequest& request)
{
    std::set<std::uint64_t> seeds;
    std::set<IntervalKind> kinds;
    for (const SummaryRow* row : rows) {
        for (const std::string& measure : { request.y, request.x }) {
            const auto one = row->measures.find(measure);
            if (one == row->measures.end())
                continue;
            kinds.insert(one->second.kind);
            for (const auto& [seed, value] : one->second.bySeed)
                seeds.insert(seed);
        }
    }
    std::string note = fmt::format("seed{} {}", seeds.size() == 1 ? "" : "s", fmt::join(seeds, ", "));
    if (kinds.contains(IntervalKind::Seeds))
        note += "; bars: Student's 95% interval over seeds";
    if (kinds.contains(IntervalKind::Judgements))
        note += kinds.contains(IntervalKind::Seeds) ? ", or Wilson's over the judgements of a single seed"
                                                    : "; bars: Wilson's 95% interval over its judgements";
    return note;
}

// A value without its parameter's name: "5:1" of "New : replay 5:1".
std::string pointLabel(const RunGroup& group, const SummaryRow& row)
{
    const std::optional<curriculum::Override> value = sweptValue(group, row.key);
    return value ? spokenValue(*value) : row.title;
}

// "New : replay" of "New : replay 5:1".
std::string parameterTitle(const SummaryRow& row, const curriculum::Override& value)
{
    const std::string spoken = " " + spokenValue(value);
    return row.title.ends_with(spoken) ? row.title.substr(0, row.title.size() - spoken.size()) : row.title;
}

std::string policyTitle(const GroupSummary& summary, const std::string& node)
{
    for (const MemberResult& member : summary.members) {
        for (const EvaluatedPolicy& policy : member.policies) {
            if (policy.node == node && !policy.title.empty())
                return policy.title;
        }
    }
    return node;
}

base::Status checkMeasure(const GroupSummary& summary, const std::string& measure)
{
    const std::vector<std::string> known = knownMeasures(summary);
    if (std::find(known.begin(), known.end(), measure) != known.end())
        return {};
    if (known.empty())
        return base::badInput("no member has finished, so there is nothing to plot");
    return base::badInput(fmt::format("there is no measure '{}'", measure), {},
        fmt::format("choose one of {}", fmt::join(known, ", ")));
}

} // namespace

std::vector<std::string> knownMeasures(const GroupSummary& summary)
{
    std::set<std::string> names;
    for (const SummaryRow& row : summary.rows) {
        for (const auto& [measure, estimate] : row.measures)
            names.insert(measure);
    }
    return { names.begin(), names.end() };
}

bool sweepsOneNumber(const RunGroup& group)
{
    std::set<std::string> targets;
    bool numbers = true;
    for (const Configuration& configuration : group.configurations) {
        for (const curriculum::Override& one : sweptValues(group, configuration)) {
            targets.insert(one.node + "." + one.field);
            numbers = numbers && one.value.is_number();
        }
    }
    return targets.size() == 1 && numbers;
}

base::Result<Plot> studyPlot(const RunGroup& group, const GroupSummary& summary, const PlotRequest& request)
{
    for (const std::string& measure : { request.y, request.x }) {
        if (measure.empty())
            continue;
        if (base::Status known = checkMeasure(summary, measure); !known)
            return known.error();
    }
    if (request.x.empty() && !sweepsOneNumber(group))
        return base::badInput("the group does not sweep exactly one numeric parameter", {},
            "name a measure for the other axis (--x)");
    Plot plot;
    plot.title = group.name;
    plot.yTitle = measureTitle(request.y);
    plot.xTitle = measureTitle(request.x);
    plot.connected = request.x.empty();
    std::vector<const SummaryRow*> rows;
    for (const SummaryRow& row : summary.rows) {
        const auto y = row.measures.find(request.y);
        const auto x = row.measures.find(request.x);
        const std::optional<curriculum::Override> value = sweptValue(group, row.key);
        const bool isBase = row.key == "base";
        if (y == row.measures.end() || isBase || (request.x.empty() ? !value : x == row.measures.end()))
            continue;
        PlotPoint point;
        point.y = y->second.mean;
        point.yInterval = intervalOf(y->second);
        point.label = pointLabel(group, row);
        if (request.x.empty()) {
            point.x = value->value.get<double>();
            plot.xTitle = parameterTitle(row, *value);
        } else {
            point.x = x->second.mean;
            point.xInterval = intervalOf(x->second);
        }
        plot.points.push_back(std::move(point));
        rows.push_back(&row);
    }
    if (request.x.empty())
        std::sort(plot.points.begin(), plot.points.end(),
            [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
    if (!rows.empty())
        plot.note = noteOf(rows, request);
    if (!summary.after.empty())
        plot.title += ", after " + policyTitle(summary, summary.after);
    return plot;
}

} // namespace msrl::groups
