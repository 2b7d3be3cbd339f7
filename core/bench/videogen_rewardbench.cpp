// SPDX-License-Identifier: GPL-3.0-or-later
// VideoGen-RewardBench (KlingTeam/VideoAlign, calc_accuracy.py): margins of four dimensions against A, B or
// same, without ties and with the best tie threshold; or a judge's answers to the overall question.
#include "core/bench/benchmark.h"
#include "core/bench/own_protocol.h"
#include "core/bench/predictions.h"
#include "core/bench/tie_accuracy.h"
#include "core/data/csv.h"
#include "core/data/readers.h"
#include "core/judge/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace msrl::bench {

namespace {

using base::Json;
using data::Side;

constexpr std::array kDimensions { "VQ", "MQ", "TA", "Overall" };
using Labels = std::array<std::vector<int>, kDimensions.size()>;

base::Result<Labels> readLabels(const std::filesystem::path& data)
{
    const auto file = dataFile(data, "videogen-rewardbench.csv");
    if (!file)
        return file.error();
    const auto table = data::readCsv(*file);
    if (!table)
        return table.error();
    if (table->rows.empty())
        return base::badInput("the benchmark has no rows", file->string());
    Labels labels;
    for (std::size_t d = 0; d < kDimensions.size(); ++d) {
        const auto column = table->column(kDimensions[d]);
        if (!column)
            return base::badInput(fmt::format("no column '{}'", kDimensions[d]), file->string());
        for (std::size_t row = 0; row < table->rows.size(); ++row) {
            const std::string& cell = table->rows[row][*column];
            if (cell != "A" && cell != "B" && cell != "same")
                return base::badInput(fmt::format("is '{}', expected A, B or same", cell),
                    fmt::format("{}, column {}", table->place(row), kDimensions[d]));
            labels[d].push_back(cell == "A" ? 1 : cell == "B" ? -1 : 0);
        }
    }
    return labels;
}

base::Result<std::vector<JudgingSet>> videoGenSets(const std::filesystem::path& data)
{
    const auto file = dataFile(data, "videogen-rewardbench.csv");
    if (!file)
        return file.error();
    auto samples = data::readSamplesOfRows(*file, [&](const data::JsonRow& row, std::size_t number) {
        return data::kVideogenCsvFormat.sampleOf(row, number, file->parent_path());
    });
    if (!samples)
        return samples.error();
    for (std::size_t i = 0; i < samples->size(); ++i)
        (*samples)[i].id = fmt::format("{}", i);
    return std::vector { JudgingSet { {}, std::move(*samples) } };
}

Json figures(const std::vector<int>& labels, const std::vector<double>& margins)
{
    const DecidedAccuracy decided = accuracyWithoutTies(labels, margins);
    const TieAccuracy exact = accuracyWithTies(labels, margins);
    const TieAccuracy script = scriptAccuracyWithTies(labels, margins);
    Json json = Json::object();
    json["without_ties"] = decided.decided > 0 ? Json(decided.accuracy()) : Json(nullptr);
    json["C"] = decided.right;
    json["decided"] = decided.decided;
    json["zero_margin_on_decided"] = decided.zeroMargins;
    json["with_ties_exact"] = exact.accuracy;
    json["with_ties_exact_threshold"] = exact.threshold;
    json["with_ties_official_script"] = script.accuracy;
    json["with_ties_official_script_threshold"] = script.threshold;
    return json;
}

// {"VQ": {"continuous": margin, "margin_votes": margin, …}, …} in every row; the same kinds everywhere.
base::Result<Json> fromScores(const Labels& labels, const std::vector<Prediction>& rows)
{
    Json json = Json::object();
    if (rows.size() != labels[0].size())
        return base::badInput(fmt::format("{} rows of scores for {} pairs", rows.size(), labels[0].size()),
            rows.empty() ? std::string() : rows.back().place, "give one row for each pair");
    for (std::size_t d = 0; d < kDimensions.size(); ++d) {
        for (const char* kind : { "continuous", "margin_votes" }) {
            std::vector<double> margins(labels[d].size());
            std::size_t given = 0;
            const Prediction* lacking = nullptr;
            for (const Prediction& one : rows) {
                const auto dimension = one.row.find(kDimensions[d]);
                const Json scores = dimension == one.row.end() ? Json::object() : *dimension;
                if (!scores.is_object() || !scores.contains(kind) || !scores[kind].is_number()) {
                    lacking = &one;
                    continue;
                }
                margins[one.item] = scores[kind].get<double>();
                ++given;
            }
            if (given == 0)
                continue;
            if (lacking)
                return base::badInput("is missing or not a number",
                    fmt::format("{}, field {}.{}", lacking->place, kDimensions[d], kind));
            json[kDimensions[d]][kind] = figures(labels[d], margins);
        }
    }
    if (json.empty())
        return base::badInput("no row has scores or an output", rows.front().place,
            "give \"output\", or \"Overall\": {\"continuous\": margin}");
    return json;
}

std::vector<PairItem> videoGenPairs(
    const std::vector<int>& overall, const std::vector<Prediction>& predictions)
{
    std::vector<PairItem> pairs;
    const auto samples = byItem(predictions, overall.size());
    for (std::size_t i = 0; i < overall.size(); ++i) {
        PairItem pair { fmt::format("{}", i), "Overall", std::nullopt, {} };
        if (overall[i] != 0)
            pair.gold = overall[i] > 0 ? Side::A : Side::B;
        for (const std::size_t s : samples[i])
            pair.samples.push_back(verdictOf(predictions[s], judge::looseAnswer(predictions[s].output)));
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

// What is not parsed counts as "same", as in the scripts in use. Also, where there are several samples, the
// margin of the votes against the labels.
Json fromOutputs(const std::vector<int>& overall, const std::vector<PairItem>& pairs)
{
    int agreeing = 0;
    int right = 0;
    int decided = 0;
    int unparsed = 0;
    std::vector<double> margins;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto& answer = pairs[i].samples.front().answer;
        const bool agrees = answer == pairs[i].gold;
        unparsed += answer ? 0 : 1;
        agreeing += agrees ? 1 : 0;
        decided += pairs[i].gold ? 1 : 0;
        right += pairs[i].gold && agrees ? 1 : 0;
        double margin = 0;
        for (const Verdict& sample : pairs[i].samples)
            margin += sample.answer == Side::A ? 1 : sample.answer == Side::B ? -1 : 0;
        margins.push_back(margin / static_cast<double>(pairs[i].samples.size()));
    }
    Json json = Json::object();
    json["judge_overall"] = { { "unparsed_as_same_with_ties",
                                  static_cast<double>(agreeing) / static_cast<double>(pairs.size()) },
        { "without_ties", decided > 0 ? Json(static_cast<double>(right) / decided) : Json(nullptr) },
        { "n", pairs.size() }, { "n_without_ties", decided }, { "unparsed", unparsed } };
    json["judge_margin"] = figures(overall, margins);
    return json;
}

base::Result<Json> evaluateVideoGen(const BenchmarkRequest& request)
{
    const auto labels = readLabels(request.data);
    if (!labels)
        return labels.error();
    const std::vector<int>& overall = labels->back();
    const std::vector<std::string> ids = rowIds(overall.size());
    const auto predictions = readPredictions(request.predictions, ids, Output::Optional);
    if (!predictions)
        return predictions.error();
    const auto hasOutput = [](const Prediction& one) {
        const auto output = one.row.find("output");
        return output != one.row.end() && output->is_string();
    };
    if (std::none_of(predictions->begin(), predictions->end(), hasOutput)) {
        if (request.against)
            return base::badInput("two judges are compared by their answers, not by scores", "--against");
        return fromScores(*labels, *predictions);
    }
    const auto lacking = std::find_if_not(predictions->begin(), predictions->end(), hasOutput);
    if (lacking != predictions->end())
        return base::badInput("is missing or not text", lacking->place + ", field output",
            "other rows have it: an answer that is not there cannot be counted as 'same'");
    const auto pairs = videoGenPairs(overall, *predictions);
    const auto ours = ownProtocol(
        request, pairs, [&](const std::filesystem::path& path) -> base::Result<std::vector<PairItem>> {
            const auto other = readPredictions(path, ids);
            if (!other)
                return other.error();
            return videoGenPairs(overall, *other);
        });
    if (!ours)
        return ours.error();
    Json json = fromOutputs(overall, pairs);
    json.update(*ours);
    return json;
}

} // namespace

const Benchmark kVideogenRewardBench { "videogen_rewardbench", "VideoGen-RewardBench", evaluateVideoGen,
    videoGenSets };

} // namespace msrl::bench
