// SPDX-License-Identifier: GPL-3.0-or-later
// VL-RewardBench (vl-rewardbench/VL_RewardBench, cal.py): k samples in random order, majority of more than
// k/2 among agree, reject and unparsed; unparsed and tied items leave the denominator.
#include "core/bench/benchmark.h"
#include "core/bench/output_parsers.h"
#include "core/bench/own_protocol.h"
#include "core/bench/predictions.h"
#include "core/data/media_paths.h"
#include "core/data/rows.h"
#include "core/judge/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace msrl::bench {

namespace {

using base::Json;
using data::Side;

constexpr std::array kGroups { "general", "hallucination", "reasoning" };

struct VlItem
{
    std::string id;
    Side better = Side::A; // of the two responses in the file
};

base::Result<std::vector<VlItem>> readVlItems(const std::filesystem::path& path)
{
    const auto rows = data::readJsonRows(path);
    if (!rows)
        return rows.error();
    std::vector<VlItem> items;
    for (const data::JsonRow& row : *rows) {
        base::ObjectReader in(row.value, row.place);
        VlItem item;
        item.id = in.text("id");
        const Json& ranking = in.array("human_ranking");
        if (ranking != Json::array({ 0, 1 }) && ranking != Json::array({ 1, 0 }))
            in.fault("human_ranking", "is neither [0, 1] nor [1, 0]");
        item.better = ranking == Json::array({ 0, 1 }) ? Side::A : Side::B;
        if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
            return status.error();
        items.push_back(std::move(item));
    }
    return items;
}

base::Result<data::Sample> vlSample(const data::JsonRow& row, const std::filesystem::path& mediaRoot)
{
    base::ObjectReader in(row.value, row.place);
    data::Sample sample;
    sample.place = row.place;
    sample.id = in.text("id");
    sample.task = data::TaskType::ImageUnderstanding;
    sample.query = in.text("query");
    sample.media = { data::imageAt(in.text("image"), mediaRoot) };
    const Json& responses = in.array("response");
    if (responses.size() != 2 || !responses[0].is_string() || !responses[1].is_string())
        in.fault("response", "is not a list of two texts");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    sample.responseA = responses[0].get<std::string>();
    sample.responseB = responses[1].get<std::string>();
    return sample;
}

base::Result<std::vector<JudgingSet>> vlSets(const std::filesystem::path& data)
{
    return judgingSetOfRows(data, "data.jsonl", vlSample);
}

std::string groupOf(const std::string& id, bool withHallucinationFix)
{
    const std::string prefix = id.substr(0, id.find_first_of("_-"));
    if (prefix == "RLAIF" || prefix == "RLHF" || (prefix == "hallucination" && withHallucinationFix))
        return "hallucination";
    return prefix == "mathverse" || prefix == "mmmu" ? "reasoning" : "general";
}

enum class Status { Agree, Reject, Unmatched, Other };
const char* statusName(Status status)
{
    constexpr std::array names { "agree", "reject", "doesntMatch", "other" };
    return names[static_cast<std::size_t>(status)];
}

// The number, 1 or 2, under which the worse response was shown.
int rejectedNumber(const VlItem& item, bool swapped)
{
    return (item.better == Side::A) != swapped ? 2 : 1;
}

using Reading = Status (*)(const Prediction& prediction, const VlItem& item);

Status official(const Prediction& prediction, const VlItem& item)
{
    const auto number = overallJudgment(prediction.output);
    if (!number)
        return Status::Unmatched;
    return *number == rejectedNumber(item, prediction.swapped) ? Status::Reject : Status::Agree;
}

Status answerTag(const Prediction& prediction, const VlItem& item)
{
    const auto answer = judge::looseAnswer(prediction.output);
    if (!answer)
        return Status::Unmatched;
    const int number = *answer == Side::A ? 1 : 2;
    return number == rejectedNumber(item, prediction.swapped) ? Status::Reject : Status::Agree;
}

Status unparsedIsWrong(const Prediction& prediction, const VlItem& item)
{
    return answerTag(prediction, item) == Status::Agree ? Status::Agree : Status::Reject;
}

Status unifiedReward(const Prediction& prediction, const VlItem& item)
{
    const int right = 3 - rejectedNumber(item, prediction.swapped);
    return saysAnswerIsBetter(prediction.output, right) ? Status::Agree : Status::Reject;
}

struct Judged
{
    std::vector<VlItem> items;
    std::vector<Prediction> predictions;
    std::vector<std::vector<std::size_t>> samples; // per item
    std::size_t fewest = 0;
};

std::vector<Status> statuses(const Judged& judged, Reading reading, std::size_t k)
{
    std::vector<Status> out;
    for (std::size_t i = 0; i < judged.items.size(); ++i) {
        std::array<std::size_t, 3> counts {};
        for (std::size_t s = 0; s < k; ++s)
            ++counts[static_cast<std::size_t>(
                reading(judged.predictions[judged.samples[i][s]], judged.items[i]))];
        const auto majority
            = std::find_if(counts.begin(), counts.end(), [&](std::size_t n) { return 2 * n > k; });
        out.push_back(static_cast<Status>(majority - counts.begin()));
    }
    return out;
}

Json figures(const Judged& judged, const std::vector<Status>& results, bool withHallucinationFix = true)
{
    Json json = { { "groups", Json::object() } };
    double allAgree = 0;
    double allDecided = 0;
    double macro = 0;
    bool everyGroup = true;
    for (const char* group : kGroups) {
        int agree = 0;
        int reject = 0;
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (groupOf(judged.items[i].id, withHallucinationFix) == group) {
                agree += results[i] == Status::Agree ? 1 : 0;
                reject += results[i] == Status::Reject ? 1 : 0;
            }
        }
        const int decided = agree + reject;
        everyGroup = everyGroup && decided > 0;
        const double accuracy = decided > 0 ? static_cast<double>(agree) / decided : 0;
        json["groups"][group] = { { "agree", agree }, { "reject", reject },
            { "acc", decided > 0 ? Json(accuracy) : Json(nullptr) } };
        allAgree += agree;
        allDecided += decided;
        macro += accuracy / static_cast<double>(kGroups.size());
    }
    json["overall_micro"] = allDecided > 0 ? Json(allAgree / allDecided) : Json(nullptr);
    json["macro"] = everyGroup ? Json(macro) : Json(nullptr);
    json["doesntMatch"] = std::count(results.begin(), results.end(), Status::Unmatched);
    json["other"] = std::count(results.begin(), results.end(), Status::Other);
    json["n"] = results.size();
    return json;
}

Json rowsJson(const std::vector<Status>& results)
{
    Json rows = Json::array();
    for (const Status status : results)
        rows.push_back(statusName(status));
    return rows;
}

Json figuresOfVote(const Judged& judged, std::size_t k)
{
    const auto byScript = statuses(judged, official, k);
    const auto byTag = statuses(judged, answerTag, k);
    Json json = Json::object();
    json["official"] = figures(judged, byScript);
    json["msrl_answer_tag"] = figures(judged, byTag);
    json["msrl_unparsed_as_wrong"] = figures(judged, statuses(judged, unparsedIsWrong, k));
    json["per_row_official"] = rowsJson(byScript);
    json["per_row_msrl"] = rowsJson(byTag);
    return json;
}

// For our protocol: the answer tag, or where there is none the official phrase with 1 or 2.
std::vector<PairItem> vlRewardBenchPairs(const Judged& judged)
{
    std::vector<PairItem> pairs;
    for (std::size_t i = 0; i < judged.items.size(); ++i) {
        PairItem pair { judged.items[i].id, groupOf(judged.items[i].id, true), judged.items[i].better, {} };
        for (const std::size_t s : judged.samples[i]) {
            const Prediction& prediction = judged.predictions[s];
            auto answer = judge::looseAnswer(prediction.output);
            const auto number = answer ? std::nullopt : overallJudgment(prediction.output);
            if (number == 1 || number == 2)
                answer = *number == 1 ? Side::A : Side::B;
            pair.samples.push_back(verdictOf(prediction, answer));
        }
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

base::Result<Judged> readJudged(const std::filesystem::path& data, const std::filesystem::path& predictions)
{
    const auto file = dataFile(data, "data.jsonl");
    if (!file)
        return file.error();
    auto items = readVlItems(*file);
    if (!items)
        return items.error();
    Judged judged;
    judged.items = std::move(*items);
    std::vector<std::string> ids;
    for (const VlItem& item : judged.items)
        ids.push_back(item.id);
    auto read = readPredictions(predictions, ids);
    if (!read)
        return read.error();
    judged.predictions = std::move(*read);
    judged.samples = byItem(judged.predictions, ids.size());
    judged.fewest = std::numeric_limits<std::size_t>::max();
    for (const auto& samples : judged.samples)
        judged.fewest = std::min(judged.fewest, samples.size());
    if (judged.items.empty())
        return base::badInput("the benchmark has no rows", file->string());
    return judged;
}

base::Result<Json> evaluateVl(const BenchmarkRequest& request)
{
    const auto judged = readJudged(request.data, request.predictions);
    if (!judged)
        return judged.error();
    const auto pairs = vlRewardBenchPairs(*judged);
    const auto ours = ownProtocol(
        request, pairs, [&](const std::filesystem::path& path) -> base::Result<std::vector<PairItem>> {
            const auto other = readJudged(request.data, path);
            if (!other)
                return other.error();
            return vlRewardBenchPairs(*other);
        });
    if (!ours)
        return ours.error();
    Json json = Json::object();
    if (request.voting) {
        json[fmt::format("k{}", *request.voting)] = figuresOfVote(*judged, *request.voting);
    } else {
        for (std::size_t k = 1; k <= judged->fewest; k += 2)
            json[fmt::format("k{}", k)] = figuresOfVote(*judged, k);
    }
    // Their group table lacks "hallucination", so 448 items of the published set land under general.
    const auto bySubstring = statuses(*judged, unifiedReward, 1);
    json["unifiedreward_substring_k1"] = { { "correct_groups", figures(*judged, bySubstring) },
        { "unifiedreward_groups", figures(*judged, bySubstring, false) } };
    json.update(*ours);
    return json;
}

} // namespace

const Benchmark kVlRewardBench { "vl_rewardbench", "VL-RewardBench", evaluateVl, vlSets, ShownOrder::Random };

} // namespace msrl::bench
