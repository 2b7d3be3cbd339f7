// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/audit_risk.h"

#include "core/base/files.h"
#include "core/judge/calibration.h"
#include "core/judge/confidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace msrl::cli {

namespace {

using base::Json;

constexpr int kSteps = 10;
constexpr std::size_t kCurvePoints = 200;
constexpr std::uint64_t kMostBytes = std::uint64_t { 4 } << 30;

// Nothing without a choice of the machine or without a known answer.
std::optional<bool> isRight(
    const store::CandidateSummary& item, const std::map<std::string, std::string>& gold)
{
    if (item.chosen < 0)
        return std::nullopt;
    const auto known = gold.find(item.sampleId);
    const std::string& answer = known == gold.end() ? item.gold : known->second;
    return answer.empty() ? std::nullopt : std::optional(item.label == answer);
}

Json numberOr(const std::optional<double>& value)
{
    return value ? Json(*value) : Json();
}

// The first point that reaches each tenth of coverage: equal confidences are accepted together.
Json pointsOf(const std::vector<judge::RiskPoint>& curve)
{
    Json points = Json::array();
    std::size_t at = 0;
    for (int step = 1; step <= kSteps && at < curve.size(); ++step) {
        const double wanted = static_cast<double>(step) / kSteps - 1e-12;
        while (at + 1 < curve.size() && curve[at].coverage < wanted)
            ++at;
        const judge::RiskPoint& point = curve[at];
        if (!points.empty() && points.back()["accepted"] == point.accepted)
            continue;
        points.push_back({ { "coverage", point.coverage }, { "threshold", point.threshold },
            { "accepted", point.accepted }, { "wrong", point.wrong }, { "error", point.risk },
            { "low", point.riskInterval.low }, { "high", point.riskInterval.high } });
    }
    return points;
}

// Of the choices of which it is known whether they are right.
std::vector<judge::Scored> scoredBy(const judge::ConfidenceMeasure& measure,
    const std::vector<store::CandidateSummary>& items, const std::map<std::string, std::string>& gold)
{
    std::vector<judge::Scored> scored;
    for (const store::CandidateSummary& item : items) {
        const auto right = isRight(item, gold);
        const auto value = std::find_if(item.confidence.begin(), item.confidence.end(),
            [&](const store::NamedValue& one) { return one.name == measure.name; });
        if (right && value != item.confidence.end())
            scored.push_back({ value->value, *right });
    }
    return scored;
}

Json measureReport(const judge::ConfidenceMeasure& measure, const std::vector<store::CandidateSummary>& items,
    const std::map<std::string, std::string>& gold)
{
    const std::vector<judge::Scored> scored = scoredBy(measure, items, gold);
    std::vector<judge::Scored> probabilities;
    for (const judge::Scored& one : scored) {
        if (const auto probability = judge::asProbability(measure.name, one.confidence))
            probabilities.push_back({ *probability, one.right });
    }
    return { { "measure", measure.name }, { "known", scored.size() },
        { "calibration_error", numberOr(judge::expectedCalibrationError(probabilities)) },
        { "brier", numberOr(judge::brierScore(probabilities)) },
        { "area_under_risk", numberOr(judge::areaUnderRiskCoverage(scored)) },
        { "points", pointsOf(judge::riskCoverage(scored)) } };
}

} // namespace

base::Result<std::map<std::string, std::string>> readGold(const std::filesystem::path& file)
{
    const base::Result<std::string> text = base::readFile(file, kMostBytes);
    if (!text)
        return text.error();
    std::map<std::string, std::string> gold;
    std::size_t begin = 0;
    for (int line = 1; begin < text->size(); ++line) {
        const std::size_t end = std::min(text->find('\n', begin), text->size());
        const std::string place = fmt::format("{}:{}", file.string(), line);
        const auto row = base::parseJson(std::string_view(*text).substr(begin, end - begin), place);
        if (!row)
            return row.error();
        const bool fits = row->is_object() && row->contains("id") && (*row)["id"].is_string()
            && row->contains("gold") && ((*row)["gold"] == "A" || (*row)["gold"] == "B");
        if (!fits)
            return base::badInput("no \"id\" with a \"gold\" of A or B", place);
        gold[(*row)["id"].get<std::string>()] = (*row)["gold"].get<std::string>();
        begin = end + 1;
    }
    return gold;
}

Json riskReport(
    const std::vector<store::CandidateSummary>& items, const std::map<std::string, std::string>& gold)
{
    std::size_t choices = 0, known = 0, wrong = 0;
    for (const store::CandidateSummary& item : items) {
        choices += item.chosen >= 0 ? 1 : 0;
        if (const auto right = isRight(item, gold)) {
            ++known;
            wrong += *right ? 0 : 1;
        }
    }
    Json report = { { "items", items.size() }, { "choices", choices }, { "known", known }, { "wrong", wrong },
        { "measures", Json::array() } };
    for (const judge::ConfidenceMeasure& measure : judge::confidenceMeasures()) {
        Json one = measureReport(measure, items, gold);
        if (one["known"] != 0)
            report["measures"].push_back(std::move(one));
    }
    return report;
}

std::vector<RiskCurve> riskCurves(
    const std::vector<store::CandidateSummary>& items, const std::map<std::string, std::string>& gold)
{
    std::vector<RiskCurve> curves;
    for (const judge::ConfidenceMeasure& measure : judge::confidenceMeasures()) {
        const std::vector<judge::Scored> scored = scoredBy(measure, items, gold);
        if (!scored.empty())
            curves.push_back({ measure.title, judge::riskCoverage(scored, kCurvePoints) });
    }
    return curves;
}

std::string riskTable(const Json& report)
{
    std::string text = fmt::format("{} items, {} with a choice, {} of them with a known answer, {} wrong\n",
        report["items"].get<int>(), report["choices"].get<int>(), report["known"].get<int>(),
        report["wrong"].get<int>());
    for (const Json& measure : report["measures"]) {
        text += fmt::format("\n{}: mean error over all coverages {:.2f} %",
            measure["measure"].get<std::string>(), 100 * measure["area_under_risk"].get<double>());
        if (measure["calibration_error"].is_number())
            text += fmt::format(", calibration error {:.3f}", measure["calibration_error"].get<double>());
        text += "\n  accepted   from       error    95 % interval\n";
        for (const Json& point : measure["points"])
            text += fmt::format("  {:>6.1f} %   {:>8.4f}   {:>5.2f} %   {:.2f} to {:.2f} %\n",
                100 * point["coverage"].get<double>(), point["threshold"].get<double>(),
                100 * point["error"].get<double>(), 100 * point["low"].get<double>(),
                100 * point["high"].get<double>());
    }
    return text;
}

} // namespace msrl::cli
