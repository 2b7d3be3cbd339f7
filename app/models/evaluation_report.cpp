// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/evaluation_report.h"

#include "core/judge/statistics.h"

#include <algorithm>
#include <cmath>

namespace msrl::models {

namespace {

// Judgements that a measure is a share of. Every pair is judged in both orders; "both orders right" counts
// pairs.
std::int64_t trialsOf(const base::Json& block, const std::string& measure)
{
    const std::int64_t pairs = block.value("n", std::int64_t { 0 });
    return measure == "both_orders" ? pairs : 2 * pairs;
}

EvaluationCell shareCell(double value, std::int64_t trials)
{
    EvaluationCell cell { value, trials, value, value };
    if (trials > 0) {
        const auto hits
            = std::clamp<std::int64_t>(std::llround(value * static_cast<double>(trials)), 0, trials);
        const judge::Interval interval = judge::wilsonInterval(hits, trials);
        cell.low = interval.low;
        cell.high = interval.high;
    }
    return cell;
}

void readBlock(const base::Json& block, const std::string& benchmark, std::vector<Measured>& out)
{
    for (const auto& [key, value] : block.items()) {
        if (key == "n" || key == "by_task_n")
            continue;
        if (key == "by_task" && value.is_object()) {
            const base::Json counts = block.value("by_task_n", base::Json::object());
            for (const auto& [task, share] : value.items()) {
                if (share.is_number())
                    out.push_back({ { benchmark, "by_task/" + task, false },
                        shareCell(share.get<double>(), 2 * counts.value(task, std::int64_t { 0 })) });
            }
        } else if (key == "parse_failures" && value.is_number()) {
            out.push_back({ { benchmark, key, true }, { value.get<double>(), 0, 0, 0 } });
        } else if (value.is_number()) {
            out.push_back(
                { { benchmark, key, false }, shareCell(value.get<double>(), trialsOf(block, key)) });
        }
    }
}

} // namespace

std::vector<Measured> readEvaluation(const base::Json& report)
{
    std::vector<Measured> out;
    const auto sets = report.is_object() ? report.find("sets") : report.end();
    if (sets == report.end() || !sets->is_object() || sets->empty()) {
        if (report.is_object())
            readBlock(report, {}, out);
        return out;
    }
    std::vector<std::string> names;
    for (const auto& [name, block] : sets->items()) {
        if (block.is_object())
            names.push_back(name);
    }
    // What the curriculum is for first.
    const auto rank = [](const std::string& name) {
        return name == "pixels" ? 0 : name == "captions" ? 1 : 2;
    };
    std::stable_sort(names.begin(), names.end(),
        [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    for (const std::string& name : names)
        readBlock((*sets)[name], name, out);
    return out;
}

} // namespace msrl::models
