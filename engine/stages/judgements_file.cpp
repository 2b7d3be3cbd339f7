// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/judgements_file.h"

#include "core/base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace msrl::stages {

namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t { 8 } << 30;
constexpr int kMaxCount = std::numeric_limits<int>::max();

base::Json rowToJson(const store::SampleRow& row)
{
    return { { "set", row.source }, { "index", row.promptIndex }, { "id", row.sampleId },
        { "task", row.taskType }, { "prompt", row.prompt }, { "completion", row.completion },
        { "gold", row.gold }, { "answer", row.answer }, { "reward_parts", row.rewardParts },
        { "reward", row.reward }, { "mean_logprob", row.meanLogprob }, { "num_tokens", row.numTokens },
        { "finish", row.finishReason }, { "media", row.media } };
}

base::Result<store::SampleRow> rowFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    store::SampleRow row;
    row.source = in.text("set");
    row.promptIndex = in.integerIn("index", 0, kMaxCount);
    row.sampleId = in.text("id");
    row.taskType = in.text("task");
    row.prompt = in.text("prompt");
    row.completion = in.text("completion");
    row.gold = in.text("gold");
    row.answer = in.text("answer");
    row.rewardParts = in.object("reward_parts");
    row.reward = in.real("reward");
    row.meanLogprob = in.real("mean_logprob");
    row.numTokens = in.integerIn("num_tokens", 0, kMaxCount);
    row.finishReason = in.text("finish");
    row.media = in.array("media");
    if (base::Status fine = in.finish(); !fine)
        return fine.error();
    return row;
}

} // namespace

base::Status writeJudgements(
    const std::vector<store::SampleRow>& judgements, const std::filesystem::path& file)
{
    std::string text;
    for (const store::SampleRow& row : judgements)
        text += rowToJson(row).dump(-1, ' ', false, base::Json::error_handler_t::replace) + "\n";
    return base::writeFileAtomically(file, text);
}

base::Result<std::vector<store::SampleRow>> readJudgements(
    const std::filesystem::path& file, const std::string& stage)
{
    const base::Result<std::string> text = base::readFile(file, kMaxBytes);
    if (!text)
        return text.error();
    std::vector<store::SampleRow> rows;
    std::size_t begin = 0;
    for (int line = 1; begin < text->size(); ++line) {
        const std::size_t end = std::min(text->find('\n', begin), text->size());
        const std::string place = fmt::format("{}:{}", file.string(), line);
        const base::Result<base::Json> json
            = base::parseJson(std::string_view(*text).substr(begin, end - begin), place);
        if (!json)
            return json.error();
        base::Result<store::SampleRow> row = rowFromJson(*json, place);
        if (!row)
            return row.error();
        row->stage = stage;
        rows.push_back(*std::move(row));
        begin = end + 1;
    }
    return rows;
}

} // namespace msrl::stages
