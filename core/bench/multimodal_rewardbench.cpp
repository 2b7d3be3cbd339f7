// SPDX-License-Identifier: GPL-3.0-or-later
// Multimodal RewardBench (facebookresearch/multimodal_rewardbench, 2_get_accuracy.py): [[A]] is looked for
// first, what is not parsed is a coin flip, categories are split by id.
#include "core/bench/benchmark.h"
#include "core/bench/output_parsers.h"
#include "core/bench/own_protocol.h"
#include "core/bench/predictions.h"
#include "core/bench/python_random.h"
#include "core/data/media_paths.h"
#include "core/data/rows.h"
#include "core/judge/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace msrl::bench {

namespace {

using base::Json;
using data::Side;

constexpr std::uint32_t kOfficialSeed = 123;

struct MultimodalItem
{
    std::string id;
    std::string category;
    Side better = Side::A;
};

std::string splitCategory(const std::string& category, const std::string& id)
{
    std::string lower = id;
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (category == "safety")
        return lower.starts_with("pairs") ? "safety/bias" : "safety/toxicity";
    if (category == "reasoning")
        return lower.starts_with("math") ? "reasoning/math" : "reasoning/coding";
    return category;
}

base::Result<std::vector<MultimodalItem>> readMultimodalItems(const std::filesystem::path& data)
{
    const auto file = dataFile(data, "all_data.json");
    if (!file)
        return file.error();
    const auto rows = data::readJsonRows(*file);
    if (!rows)
        return rows.error();
    std::vector<MultimodalItem> items;
    for (const data::JsonRow& row : *rows) {
        base::ObjectReader in(row.value, row.place);
        MultimodalItem item;
        item.id = in.text("ID");
        const std::string better = in.text("Better");
        item.category = splitCategory(in.text("Category"), item.id);
        if (better != "Output1" && better != "Output2")
            in.fault("Better", fmt::format("is '{}', expected Output1 or Output2", better));
        item.better = better == "Output1" ? Side::A : Side::B;
        if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
            return status.error();
        items.push_back(std::move(item));
    }
    return items;
}

base::Result<data::Sample> multimodalSample(const data::JsonRow& row, const std::filesystem::path& mediaRoot)
{
    base::ObjectReader in(row.value, row.place);
    data::Sample sample;
    sample.place = row.place;
    sample.id = in.text("ID");
    sample.task = data::TaskType::ImageUnderstanding;
    sample.query = in.text("Text");
    sample.media = { data::imageAt(in.text("Image"), mediaRoot) };
    sample.responseA = in.text("Output1");
    sample.responseB = in.text("Output2");
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    return sample;
}

base::Result<std::vector<JudgingSet>> multimodalSets(const std::filesystem::path& data)
{
    return judgingSetOfRows(data, "all_data.json", multimodalSample);
}

base::Result<std::vector<Prediction>> readFor(
    const std::vector<MultimodalItem>& items, const std::filesystem::path& path)
{
    std::vector<std::string> ids;
    for (const MultimodalItem& item : items)
        ids.push_back(item.id);
    auto predictions = readPredictions(path, ids);
    if (!predictions)
        return predictions;
    for (const Prediction& one : *predictions) {
        const auto label = one.row.find("Label");
        if (label == one.row.end())
            continue;
        const Side shown = one.swapped ? data::otherSide(items[one.item].better) : items[one.item].better;
        if (*label != data::sideName(shown))
            return base::badInput(
                fmt::format("is {}, but the benchmark says {}", label->dump(), data::sideName(shown)),
                one.place + ", field Label");
    }
    return predictions;
}

// {"all", category, …: {"correct", "total", "acc"}}, in the order in which the categories come.
class Tally
{
public:
    void add(const std::string& category, bool right)
    {
        for (const std::string& name : { std::string("all"), category }) {
            Json& entry = m_json[name];
            if (entry.is_null())
                entry = { { "correct", 0 }, { "total", 0 } };
            entry["correct"] = entry["correct"].get<int>() + (right ? 1 : 0);
            entry["total"] = entry["total"].get<int>() + 1;
        }
    }
    Json json() const
    {
        Json out = m_json;
        for (auto& [name, entry] : out.items())
            entry["acc"] = entry["correct"].get<double>() / entry["total"].get<double>();
        return out;
    }

private:
    Json m_json = Json::object();
};

Json officialFigures(const std::vector<MultimodalItem>& items, const std::vector<Prediction>& predictions)
{
    PythonRandom random(kOfficialSeed);
    Tally official;
    Tally wrong;
    Tally dropped;
    Json flips = Json::array();
    std::vector<bool> judged(items.size(), false);
    for (const Prediction& one : predictions) {
        if (judged[one.item])
            continue; // the official protocol knows one judgement of an item: the first
        judged[one.item] = true;
        const MultimodalItem& item = items[one.item];
        const Side gold = one.swapped ? data::otherSide(item.better) : item.better;
        const auto letter = bracketedLetter(one.output);
        Side answer = letter.value_or(Side::A);
        if (!letter) {
            const double flip = random.random();
            flips.push_back(flip);
            answer = flip < 0.5 ? Side::A : Side::B;
        } else {
            dropped.add(item.category, letter == gold);
        }
        official.add(item.category, answer == gold);
        wrong.add(item.category, letter == gold);
    }
    Json json = Json::object();
    json["official_coin_flip_seed123"] = official.json();
    json["unparsed_as_wrong"] = wrong.json();
    json["unparsed_dropped"] = dropped.json();
    json["coin_flips"] = flips;
    double sum = 0;
    int categories = 0;
    for (const auto& [name, entry] : json["official_coin_flip_seed123"].items()) {
        if (name != "all") {
            sum += entry["acc"].get<double>();
            ++categories;
        }
    }
    json["category_macro_official"] = categories > 0 ? Json(sum / categories) : Json(nullptr);
    return json;
}

// For our protocol: the brackets, or where there are none the answer tag.
std::vector<PairItem> multimodalPairs(
    const std::vector<MultimodalItem>& items, const std::vector<Prediction>& predictions)
{
    std::vector<PairItem> pairs;
    const auto samples = byItem(predictions, items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        PairItem pair { items[i].id, items[i].category, items[i].better, {} };
        for (const std::size_t s : samples[i]) {
            auto answer = bracketedLetter(predictions[s].output);
            if (!answer)
                answer = judge::looseAnswer(predictions[s].output);
            pair.samples.push_back(verdictOf(predictions[s], answer));
        }
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

base::Result<Json> evaluateMultimodal(const BenchmarkRequest& request)
{
    const auto items = readMultimodalItems(request.data);
    if (!items)
        return items.error();
    const auto predictions = readFor(*items, request.predictions);
    if (!predictions)
        return predictions.error();
    const auto pairs = multimodalPairs(*items, *predictions);
    const auto ours = ownProtocol(
        request, pairs, [&](const std::filesystem::path& path) -> base::Result<std::vector<PairItem>> {
            const auto other = readFor(*items, path);
            if (!other)
                return other.error();
            return multimodalPairs(*items, *other);
        });
    if (!ours)
        return ours.error();
    Json json = officialFigures(*items, *predictions);
    json.update(*ours);
    return json;
}

} // namespace

const Benchmark kMultimodalRewardBench { "multimodal_rewardbench", "Multimodal RewardBench",
    evaluateMultimodal, multimodalSets };

} // namespace msrl::bench
