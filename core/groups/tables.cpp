// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/tables.h"

#include "core/groups/configurations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace msrl::groups {

namespace {

constexpr std::array kMainMeasures { "pixels.accuracy", "pixels.both_orders", "pixels.format",
    "captions.accuracy", "text.accuracy", "text.retention" };

const Estimate* measureOf(const SummaryRow& row, const std::string& measure)
{
    const auto found = row.measures.find(measure);
    return found == row.measures.end() ? nullptr : &found->second;
}

std::vector<std::string> taskMeasures(const GroupSummary& summary)
{
    std::vector<std::string> shown;
    for (const char* set : { "pixels", "captions", "text" }) {
        std::set<std::string> tasks;
        for (const SummaryRow& row : summary.rows) {
            for (const auto& [measure, figure] : row.measures) {
                if (measure.starts_with(std::string(set) + ".by_task/"))
                    tasks.insert(measure);
            }
        }
        shown.insert(shown.end(), tasks.begin(), tasks.end());
    }
    return shown;
}

std::vector<std::string> shownMeasures(const GroupSummary& summary, TableColumns columns)
{
    if (columns == TableColumns::ByTask)
        return taskMeasures(summary);
    std::vector<std::string> shown;
    for (const char* measure : kMainMeasures) {
        // Retention is a question about one stage, not about the end of a curriculum.
        if (std::string_view(measure).ends_with(".retention") && summary.after.empty())
            continue;
        const bool any = std::any_of(summary.rows.begin(), summary.rows.end(),
            [&](const SummaryRow& row) { return measureOf(row, measure) != nullptr; });
        if (any)
            shown.emplace_back(measure);
    }
    return shown;
}

bool hasKind(const GroupSummary& summary, const std::vector<std::string>& measures, IntervalKind kind)
{
    for (const SummaryRow& row : summary.rows) {
        for (const std::string& measure : measures) {
            const Estimate* one = measureOf(row, measure);
            if (one && one->kind == kind)
                return true;
        }
    }
    return false;
}

std::vector<std::string> notesOf(
    const GroupSummary& summary, const std::vector<std::string>& measures, bool hasDifference)
{
    std::vector<std::string> notes;
    if (hasKind(summary, measures, IntervalKind::Seeds))
        notes.emplace_back("±: Student's 95% interval of the mean over seeds");
    if (hasKind(summary, measures, IntervalKind::Judgements))
        notes.emplace_back("[low, high]: one seed only; Wilson's 95% interval over its judgements, which "
                           "knows nothing of other "
                           "seeds");
    if (hasDifference)
        notes.emplace_back(fmt::format("difference: {} less that of the full curriculum, seed by seed",
            measureTitle(mainMeasure(summary))));
    if (std::find(measures.begin(), measures.end(), "text.retention") != measures.end())
        notes.emplace_back("retention: accuracy on text after the stage by that before it");
    if (summary.hasPaperRows)
        notes.emplace_back(
            "paper: VL-RewardBench, InternVL3.5-8B; another model and other data, for the order of "
            "the rows only");
    if (!summary.common.empty())
        notes.push_back(fmt::format("in all configurations: {}", fmt::join(summary.common, ", ")));
    notes.insert(notes.end(), summary.givenUp.begin(), summary.givenUp.end());
    const auto waiting = std::count_if(summary.members.begin(), summary.members.end(),
        [](const MemberResult& member) { return !member.finished && !member.isGivenUp(); });
    if (waiting > 0)
        notes.push_back(fmt::format("{} of {} members have not finished", waiting, summary.members.size()));
    return notes;
}

std::string forCsv(const std::string& text)
{
    if (text.find_first_of(",\"\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

base::Json estimateToJson(const Estimate& estimate)
{
    base::Json json = { { "mean", estimate.mean }, { "by_seed", base::Json::object() } };
    for (const auto& [seed, value] : estimate.bySeed)
        json["by_seed"][std::to_string(seed)] = value;
    if (estimate.kind != IntervalKind::None) {
        json["interval"] = intervalKindName(estimate.kind);
        json["low"] = estimate.interval.low;
        json["high"] = estimate.interval.high;
    }
    return json;
}

base::Json memberToJson(const MemberResult& member)
{
    return { { "configuration", member.member.configuration }, { "seed", member.member.seed },
        { "name", member.member.name },
        { "state", member.exists ? store::runPhaseName(member.info.phase) : "not started" },
        { "finished", member.finished }, { "given_up", member.isGivenUp() }, { "error", member.info.error },
        { "seconds", member.seconds }, { "made", member.made }, { "reused", member.reused } };
}

} // namespace

std::string estimateText(const Estimate& estimate, bool withSign)
{
    std::string mean = fmt::format("{:.3f}", std::abs(estimate.mean));
    if (estimate.mean < 0)
        mean = "−" + mean;
    else if (withSign)
        mean = "+" + mean;
    switch (estimate.kind) {
    case IntervalKind::None:
        return mean;
    case IntervalKind::Seeds:
        return fmt::format("{} ± {:.3f}", mean, (estimate.interval.high - estimate.interval.low) / 2);
    case IntervalKind::Judgements:
        return fmt::format("{} [{:.3f}, {:.3f}]", mean, estimate.interval.low, estimate.interval.high);
    }
    return mean;
}

Table tableOf(const GroupSummary& summary, TableColumns columns)
{
    const std::vector<std::string> measures = shownMeasures(summary, columns);
    const bool hasDifference = std::any_of(summary.rows.begin(), summary.rows.end(),
        [](const SummaryRow& row) { return row.difference.has_value(); });
    Table table;
    table.head = { "configuration", "seeds" };
    for (const std::string& measure : measures)
        table.head.push_back(measureTitle(measure));
    if (hasDifference)
        table.head.emplace_back("difference");
    if (summary.hasPaperRows)
        table.head.emplace_back("paper");
    for (const SummaryRow& row : summary.rows) {
        std::vector<std::string> cells { row.title,
            row.key == "base"                 ? "–"
                : row.finished == row.members ? std::to_string(row.finished)
                                              : fmt::format("{} of {}", row.finished, row.members) };
        for (const std::string& measure : measures) {
            const Estimate* one = measureOf(row, measure);
            cells.push_back(one ? estimateText(*one) : "–");
        }
        if (hasDifference)
            cells.push_back(row.difference ? estimateText(*row.difference, true) : "–");
        if (summary.hasPaperRows) {
            const auto figure = paperFigure(row.key);
            cells.push_back(figure ? fmt::format("{:.1f}", *figure) : "–");
        }
        table.rows.push_back(std::move(cells));
    }
    table.notes = notesOf(summary, measures, hasDifference);
    return table;
}

std::string csvTable(const GroupSummary& summary)
{
    std::string text = "configuration,title,measure,seeds,mean,low,high,interval\n";
    for (const SummaryRow& row : summary.rows) {
        for (const auto& [measure, one] : row.measures) {
            const bool has = one.kind != IntervalKind::None;
            text += fmt::format("{},{},{},{},{},{},{},{}\n", forCsv(row.key), forCsv(row.title), measure,
                one.bySeed.size(), one.mean, has ? fmt::format("{}", one.interval.low) : "",
                has ? fmt::format("{}", one.interval.high) : "", intervalKindName(one.kind));
        }
    }
    return text;
}

base::Json summaryToJson(const GroupSummary& summary)
{
    base::Json json
        = { { "name", summary.name }, { "after", summary.after }, { "main_measure", mainMeasure(summary) },
              { "rows", base::Json::array() }, { "members", base::Json::array() } };
    for (const SummaryRow& row : summary.rows) {
        base::Json one = { { "configuration", row.key }, { "title", row.title }, { "members", row.members },
            { "finished", row.finished }, { "policy", row.policy }, { "measures", base::Json::object() } };
        for (const auto& [measure, figure] : row.measures)
            one["measures"][measure] = estimateToJson(figure);
        if (row.difference)
            one["difference"] = estimateToJson(*row.difference);
        if (const auto figure = paperFigure(row.key); figure && summary.hasPaperRows)
            one["paper_vl_rewardbench"] = *figure;
        json["rows"].push_back(std::move(one));
    }
    for (const MemberResult& member : summary.members)
        json["members"].push_back(memberToJson(member));
    return json;
}

} // namespace msrl::groups
