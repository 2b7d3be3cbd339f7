// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/run_page.h"

#include "core/base/clock.h"
#include "core/base/markup.h"
#include "core/groups/summary.h"
#include "core/report/curve_svg.h"
#include "core/report/figures_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace msrl::report {

namespace {

constexpr std::array kMeasures { "pixels.accuracy", "pixels.both_orders", "captions.accuracy",
    "text.accuracy", "pixels.format", "pixels.type", "pixels.unparsed" };
constexpr std::string_view kByTask = "pixels.by_task/";
constexpr int kIntervalWidth = 20; // percent
constexpr std::size_t kPicturesInARow = 3;

constexpr const char* kStyle = R"(
body { font-family: Inter, Helvetica, Arial, sans-serif; font-size: 13px; color: #1B1F24; max-width: 720px; margin: 24px auto; }
h1 { font-size: 20px; margin-bottom: 2px; }
h2 { font-size: 14px; margin: 18px 0 6px 0; }
p { margin: 4px 0; }
.quiet { color: #5B6572; }
table { border-collapse: collapse; }
table.figures { width: 100%; }
table.figures th { font-weight: 600; text-align: right; border-bottom: 1px solid #5B6572; padding: 3px 6px; }
table.figures td { text-align: right; border-bottom: 1px solid #DCE0E6; padding: 3px 6px; font-variant-numeric: tabular-nums; }
table.figures th.name, table.figures td.name { text-align: left; }
code { font-size: 11px; overflow-wrap: anywhere; }
@page { size: A4; margin: 14mm; }
)";

// How a picture of a stage's curves stands in the page.
using Picture = std::function<std::string(std::span<const Curve> curves, const std::string& title)>;

std::string text(std::string_view words)
{
    return base::escapeMarkup(words);
}

std::string header(const std::string& title)
{
    return "<h2>" + text(title) + "</h2>\n";
}

std::string duration(std::int64_t ms)
{
    return base::durationText(static_cast<double>(ms) / 1000);
}

// "2026-03-01 12:30 UTC"
std::string minute(std::int64_t ms)
{
    const std::string iso = base::isoTime(ms);
    return iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC";
}

std::string figureText(const groups::Figures& figures, const std::string& measure)
{
    const auto found = figures.find(measure);
    return found == figures.end() ? "–" : fmt::format("{:.3f}", found->second.value);
}

// With Wilson's interval where it is known what the share was counted over.
std::string figureWithInterval(const groups::Figures& figures, const std::string& measure)
{
    std::string words = figureText(figures, measure);
    const auto found = figures.find(measure);
    if (found == figures.end() || found->second.trials == 0)
        return words;
    const auto trials = found->second.trials;
    const auto right = static_cast<std::int64_t>(found->second.value * static_cast<double>(trials) + 0.5);
    const judge::Interval interval
        = judge::wilsonInterval(std::clamp<std::int64_t>(right, 0, trials), trials);
    return words + fmt::format(" [{:.2f}, {:.2f}]", interval.low, interval.high);
}

std::string titleOf(const groups::EvaluatedPolicy& policy)
{
    return policy.title.empty() ? policy.node : policy.title;
}

std::string headSection(const RunFacts& facts)
{
    const std::string name = facts.info.name.empty() ? facts.project : facts.info.name;
    const std::int64_t end = facts.info.endedMs;
    std::string html = "<h1>" + text(name) + "</h1>\n<p class=\"quiet\">";
    html += text(
        fmt::format("{} · seed {} · begun {}", facts.state, facts.seed, minute(facts.info.createdMs)));
    if (end > facts.info.startedMs)
        html += text(fmt::format(" · {}{}", duration(end - facts.info.startedMs),
            facts.info.resumes > 0 ? fmt::format(" since the last of {} resumes", facts.info.resumes) : ""));
    html += "</p>\n";
    if (!facts.info.error.empty())
        html += "<p>" + text(facts.info.error) + "</p>\n";
    return html;
}

std::string resultSection(const RunFacts& facts)
{
    std::string html = header("Held-out accuracy after each stage");
    if (facts.policies.empty())
        return html + "<p class=\"quiet\">No evaluation has finished yet.</p>\n";
    std::vector<std::string> measures;
    for (const char* measure : kMeasures) {
        if (std::any_of(facts.policies.begin(), facts.policies.end(),
                [&](const auto& policy) { return policy.figures.contains(measure); }))
            measures.emplace_back(measure);
    }
    std::vector<std::string> head { "after" };
    for (const std::string& measure : measures)
        head.push_back(groups::measureTitle(measure));
    FiguresTable table(head, kIntervalWidth);
    for (const groups::EvaluatedPolicy& policy : facts.policies) {
        std::vector<std::string> cells { titleOf(policy) };
        for (std::size_t i = 0; i < measures.size(); ++i)
            cells.push_back(i == 0 ? figureWithInterval(policy.figures, measures[i])
                                   : figureText(policy.figures, measures[i]));
        table.add(cells);
    }
    return html + table.html()
        + "<p class=\"quiet\">Every pair in both orders; an answer that cannot be read counts as wrong. In "
          "brackets: Wilson's 95 % interval over judgements.</p>\n";
}

std::string taskSection(const RunFacts& facts)
{
    if (facts.policies.empty())
        return {};
    std::vector<std::string> head { "from pixels, by task" };
    std::vector<std::string> first { titleOf(facts.policies.front()) };
    std::vector<std::string> last { titleOf(facts.policies.back()) };
    for (const auto& [measure, figure] : facts.policies.back().figures) {
        if (!measure.starts_with(kByTask))
            continue;
        std::string task = measure.substr(kByTask.size());
        std::replace(task.begin(), task.end(), '_', ' ');
        head.push_back(std::move(task));
        first.push_back(figureText(facts.policies.front().figures, measure));
        last.push_back(fmt::format("{:.3f}", figure.value));
    }
    if (head.size() == 1)
        return {};
    FiguresTable table(head);
    table.add(first);
    if (facts.policies.size() > 1)
        table.add(last);
    return "<p></p>\n" + table.html();
}

std::string stageTitle(const RunFacts& facts, const std::string& stage)
{
    for (const StageFacts& one : facts.stages) {
        if (one.row.stage == stage)
            return one.row.title.empty() ? stage : one.row.title;
    }
    return stage;
}

std::string curveSection(const RunFacts& facts, const Picture& picture)
{
    if (facts.curves.empty())
        return {};
    std::string html = header("How it learned") + "<table>\n";
    std::size_t column = 0;
    for (auto begin = facts.curves.begin(); begin != facts.curves.end();) {
        const auto end = std::find_if(
            begin, facts.curves.end(), [&](const Curve& curve) { return curve.stage != begin->stage; });
        const std::string title = stageTitle(facts, begin->stage) + ": " + begin->metric;
        html += column == 0 ? "<tr>" : "";
        html += "<td>" + picture({ begin, end }, title) + "</td>";
        column = (column + 1) % kPicturesInARow;
        html += column == 0 ? "</tr>\n" : "";
        begin = end;
    }
    html += column == 0 ? "" : "</tr>\n";
    return html
        + "</table>\n<p class=\"quiet\">Line: mean of neighbouring steps; band: lowest to highest.</p>\n";
}

std::string teacherSection(const RunFacts& facts)
{
    std::string html;
    for (const TeacherFacts& teacher : facts.teachers) {
        const store::DecisionCounts& by = teacher.decisions;
        html += header("What the teacher wrote: " + stageTitle(facts, teacher.stage));
        html += "<p>"
            + text(fmt::format(
                "{} items: a path chosen for {}, {} ties.", teacher.items, teacher.chosen, teacher.ties));
        html += text(fmt::format(" People accepted {}, rejected {}, overrode {} and flagged {}.", by.accepted,
            by.rejected, by.overridden, by.flagged));
        if (teacher.signOff)
            html += text(fmt::format(
                " Signed off by {} on {}.", teacher.signOff->auditor, minute(teacher.signOff->timeMs)));
        html += "</p>\n";
    }
    return html;
}

std::string stageSection(const RunFacts& facts)
{
    std::string html = header("Stages");
    FiguresTable table({ "stage", "state", "steps", "time", "result" });
    for (const StageFacts& stage : facts.stages) {
        const store::StageRow& row = stage.row;
        if (row.nodeType == "evaluate" || row.nodeType == "captioner")
            continue; // their figures stand above
        const bool timed = row.endedMs > row.startedMs && row.startedMs > 0;
        table.add({ stageTitle(facts, row.stage), store::stageStateName(row.state),
            row.total > 0 ? fmt::format("{} of {}", row.step, row.total) : "–",
            timed ? duration(row.endedMs - row.startedMs) : "–",
            row.hash.empty() ? "–" : row.hash.substr(0, 12) });
    }
    return html + table.html();
}

std::string settingSection(const RunFacts& facts)
{
    std::string rows;
    for (const StageFacts& stage : facts.stages) {
        if (stage.changed.empty())
            continue;
        rows += "<p><b>" + text(stageTitle(facts, stage.row.stage)) + "</b> ";
        for (std::size_t i = 0; i < stage.changed.size(); ++i) {
            const Setting& one = stage.changed[i];
            rows += text(fmt::format("{}{} {}", i == 0 ? "" : " · ", one.label, one.value));
        }
        rows += "</p>\n";
    }
    return rows.empty() ? std::string() : header("Settings that are not the defaults") + rows;
}

std::string warningSection(const RunFacts& facts)
{
    if (facts.numWarnings == 0)
        return {};
    std::string html = header("Warnings");
    for (const store::EventRow& event : facts.warnings)
        html += "<p>" + text(stageTitle(facts, event.stage) + ": " + event.text) + "</p>\n";
    if (facts.numWarnings > facts.warnings.size())
        html += "<p class=\"quiet\">"
            + text(fmt::format("and {} more, in the run's log", facts.numWarnings - facts.warnings.size()))
            + "</p>\n";
    return html;
}

std::string againSection(const RunFacts& facts)
{
    return header("To do it again") + "<p><code>" + text(facts.command) + "</code></p>\n<p class=\"quiet\">"
        + text(fmt::format("msrl-engine {} · device {}, {} · project {} · run {}", facts.info.engineVersion,
            facts.info.device, facts.info.ranks == 1 ? "1 rank" : fmt::format("{} ranks", facts.info.ranks),
            facts.info.projectHash.substr(0, 16), facts.info.runId))
        + "</p>\n";
}

std::string document(const RunFacts& facts, const Picture& picture)
{
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"
        + text(facts.info.name.empty() ? facts.project : facts.info.name) + "</title>\n<style>" + kStyle
        + "</style></head>\n<body>\n" + headSection(facts) + resultSection(facts) + taskSection(facts)
        + curveSection(facts, picture) + teacherSection(facts) + stageSection(facts) + settingSection(facts)
        + warningSection(facts) + againSection(facts) + "</body></html>\n";
}

} // namespace

std::string runPageHtml(const RunFacts& facts)
{
    return document(facts,
        [](std::span<const Curve> curves, const std::string& title) { return curvesToSvg(curves, title); });
}

RunPage runPageForPrint(const RunFacts& facts)
{
    RunPage page;
    page.html = document(facts, [&page](std::span<const Curve> curves, const std::string& title) {
        page.pictures.push_back(curvesToSvg(curves, title, "Inter"));
        return fmt::format(R"(<img src="picture:{}" width="{}" height="{}">)", page.pictures.size() - 1,
            kPictureWidth, kPictureHeight);
    });
    return page;
}

} // namespace msrl::report
