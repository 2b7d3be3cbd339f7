// SPDX-License-Identifier: GPL-3.0-or-later
// MM-RLHF-RewardBench (yfzhang114/r1_reward, inference/MM-RLHF-Reward): {id, image or video, prompt, chosen,
// rejected}. Acc: share of pairs that are right. Acc+: share of ids all of whose pairs are right. The
// category is the first of mcq, long, short, safety and video that the medium's path holds.
//
// The file always names the better response first, so a judge that always says A would get every pair right:
// pairs are shown in a random order unless both are judgedMmRlhf.
#include "core/bench/benchmark.h"
#include "core/bench/own_protocol.h"
#include "core/bench/plain_pairs.h"
#include "core/data/media_paths.h"
#include "core/data/rows.h"

#include <fmt/format.h>

#include <array>
#include <map>

namespace msrl::bench {

namespace {

using base::Json;
using data::Side;

constexpr const char* kFile = "mm_reward_bench.jsonl";
constexpr std::array kCategories { "mcq", "long", "short", "safety", "video" };

struct MmRlhfItem
{
    std::string id; // several pairs have one
    std::string category;
    data::Sample sample;
};

base::Result<MmRlhfItem> itemOf(const data::JsonRow& row, const std::filesystem::path& root)
{
    base::ObjectReader in(row.value, row.place);
    MmRlhfItem item;
    item.id = in.text("id");
    item.sample.place = row.place;
    const bool video = in.has("video");
    if (video == in.has("image"))
        in.fault(video ? "video" : "image", "expected either \"image\" or \"video\"");
    const std::string path = in.text(video ? "video" : "image", "");
    item.sample.task = video ? data::TaskType::VideoUnderstanding : data::TaskType::ImageUnderstanding;
    item.sample.media = { video ? data::videoAt(path, root) : data::imageAt(path, root) };
    item.sample.query = in.text("prompt");
    item.sample.responseA = in.text("chosen");
    item.sample.responseB = in.text("rejected");
    item.sample.gold = Side::A;
    for (const char* category : kCategories) {
        if (item.category.empty() && path.find(category) != std::string::npos)
            item.category = category;
    }
    if (item.category.empty())
        in.fault(video ? "video" : "image",
            fmt::format("is '{}', whose path names none of mcq, long, short, safety and video", path));
    if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
        return status.error();
    return item;
}

base::Result<std::vector<MmRlhfItem>> readMmRlhfItems(const std::filesystem::path& data)
{
    const auto file = dataFile(data, kFile);
    if (!file)
        return file.error();
    const auto rows = data::readJsonRows(*file);
    if (!rows)
        return rows.error();
    std::vector<MmRlhfItem> items;
    for (const data::JsonRow& row : *rows) {
        auto item = itemOf(row, file->parent_path());
        if (!item)
            return item.error();
        item->sample.id = fmt::format("{}", items.size());
        items.push_back(std::move(*item));
    }
    if (items.empty())
        return base::badInput("the benchmark has no rows", file->string());
    return items;
}

base::Result<std::vector<PairItem>> judgedMmRlhf(
    const std::vector<MmRlhfItem>& items, const std::filesystem::path& predictions)
{
    std::vector<PairItem> pairs;
    for (const MmRlhfItem& item : items)
        pairs.push_back({ item.sample.id, item.category, item.sample.gold, {} });
    return withAnswers(std::move(pairs), predictions);
}

struct Count
{
    int right = 0;
    int total = 0;

    void add(bool isRight)
    {
        right += isRight ? 1 : 0;
        ++total;
    }
    Json json() const { return total > 0 ? Json(static_cast<double>(right) / total) : Json(nullptr); }
};

// As the official script counts: an id belongs to the category of its first pair.
Json officialFigures(const std::vector<MmRlhfItem>& items, const std::vector<int>& right)
{
    std::map<std::string, bool> allRight; // by id
    std::map<std::string, std::string> categoryOf;
    std::map<std::string, std::pair<Count, Count>> byCategory; // pairs, ids
    std::pair<Count, Count> all;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const bool isRight = right[i] != 0;
        categoryOf.emplace(items[i].id, items[i].category);
        const auto [known, isNew] = allRight.emplace(items[i].id, isRight);
        known->second = known->second && isRight;
        byCategory[items[i].category].first.add(isRight);
        all.first.add(isRight);
    }
    for (const auto& [id, isRight] : allRight) {
        byCategory[categoryOf.at(id)].second.add(isRight);
        all.second.add(isRight);
    }
    const auto figures = [](const std::pair<Count, Count>& counts) {
        return Json { { "acc", counts.first.json() }, { "acc_plus", counts.second.json() },
            { "pairs", counts.first.total }, { "ids", counts.second.total } };
    };
    Json json = figures(all);
    json["by_category"] = Json::object();
    for (const char* category : kCategories) {
        if (const auto found = byCategory.find(category); found != byCategory.end())
            json["by_category"][category] = figures(found->second);
    }
    return json;
}

base::Result<Json> evaluateMmRlhf(const BenchmarkRequest& request)
{
    const auto items = readMmRlhfItems(request.data);
    if (!items)
        return items.error();
    const auto judged = [&](const std::filesystem::path& path) { return judgedMmRlhf(*items, path); };
    const auto pairs = judged(request.predictions);
    if (!pairs)
        return pairs.error();
    const auto ours = ownProtocol(request, *pairs, judged);
    if (!ours)
        return ours.error();
    const std::size_t k = request.voting.value_or(1);
    Json json = { { "official", officialFigures(*items, rightByVote(*pairs, k)) } };
    json.update(*ours);
    return json;
}

base::Result<std::vector<JudgingSet>> mmRlhfSets(const std::filesystem::path& data)
{
    auto items = readMmRlhfItems(data);
    if (!items)
        return items.error();
    JudgingSet set;
    for (MmRlhfItem& item : *items)
        set.samples.push_back(std::move(item.sample));
    return std::vector { std::move(set) };
}

} // namespace

const Benchmark kMmRlhf { "mm_rlhf", "MM-RLHF-RewardBench", evaluateMmRlhf, mmRlhfSets, ShownOrder::Random };

} // namespace msrl::bench
