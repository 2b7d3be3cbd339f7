// SPDX-License-Identifier: GPL-3.0-or-later
// ShareGPT-V as UnifiedReward's test file has it: {prompt, images, responses: [first, second], answer:
// "Response 1 is better than Response 2."}. Neither an id nor a script was published: the rows are numbered.
#include "core/bench/plain_pairs.h"
#include "core/data/rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::bench {

namespace {

// Samples with their gold; ids are row numbers.
base::Result<std::vector<data::Sample>> readRows(const std::filesystem::path& path)
{
    const auto rows = data::readJsonRows(path);
    if (!rows)
        return rows.error();
    std::vector<data::Sample> samples;
    for (const data::JsonRow& row : *rows) {
        base::ObjectReader in(row.value, row.place);
        const std::string answer = in.text("answer");
        const base::Json& responses = in.array("responses");
        const base::Json& images = in.array("images");
        const auto isText = [](const base::Json& one) { return one.is_string(); };
        const bool first = answer.starts_with("Response 1 is better");
        if (responses.size() != 2 || !std::all_of(responses.begin(), responses.end(), isText))
            in.fault("responses", fmt::format("has {} members, expected 2 texts", responses.size()));
        if (images.empty() || !std::all_of(images.begin(), images.end(), isText))
            in.fault("images", "is not a list of frames");
        if (!first && !answer.starts_with("Response 2 is better"))
            in.fault("answer", fmt::format("is '{}'", answer),
                "it begins with \"Response N is better\", N 1 or 2");
        data::Sample sample;
        sample.query = in.text("prompt");
        if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
            return status.error();
        sample.place = row.place;
        sample.id = fmt::format("{}", samples.size());
        sample.task = data::TaskType::VideoUnderstanding;
        sample.media = { data::mediaOfFrames(images.get<std::vector<std::string>>(), path.parent_path()) };
        sample.responseA = responses[0].get<std::string>();
        sample.responseB = responses[1].get<std::string>();
        sample.gold = first ? data::Side::A : data::Side::B;
        samples.push_back(std::move(sample));
    }
    if (samples.empty())
        return base::badInput("the benchmark has no rows", path.string());
    return samples;
}

base::Result<base::Json> evaluateShareGptVideo(const BenchmarkRequest& request)
{
    const auto samples = readRows(request.data);
    if (!samples)
        return samples.error();
    std::vector<PairItem> pairs;
    for (const data::Sample& sample : *samples)
        pairs.push_back({ sample.id, "video", sample.gold, {} });
    return evaluatePlainPairs(pairs, request);
}

base::Result<std::vector<JudgingSet>> shareGptVideoSets(const std::filesystem::path& data)
{
    auto samples = readRows(data);
    if (!samples)
        return samples.error();
    return std::vector { JudgingSet { {}, std::move(*samples) } };
}

} // namespace

const Benchmark kShareGptVideo { "sharegpt_v", "ShareGPT-V", evaluateShareGptVideo, shareGptVideoSets };

} // namespace msrl::bench
