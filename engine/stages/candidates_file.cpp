// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/candidates_file.h"

#include "core/base/files.h"

#include <fmt/format.h>

#include <limits>

namespace msrl::stages {

namespace {

constexpr int kMaxInt = std::numeric_limits<int>::max();

base::Json pathToJson(const store::CandidatePath& path)
{
    base::Json json = { { "text", path.text }, { "answer", path.answer }, { "format_ok", path.formatOk },
        { "num_tokens", path.numTokens }, { "confidence", path.confidence },
        { "logprobs", path.tokenLogprobs }, { "tokens", path.tokens } };
    if (!path.teacher.empty())
        json["teacher"] = path.teacher;
    if (path.round > 1)
        json["round"] = path.round;
    return json;
}

store::CandidatePath pathFromJson(const base::Json& json, const std::string& place, base::Status& status)
{
    base::ObjectReader in(json, place);
    store::CandidatePath path;
    path.text = in.text("text");
    path.answer = in.text("answer");
    path.formatOk = in.boolean("format_ok");
    path.numTokens = in.integerIn("num_tokens", 0, kMaxInt);
    path.confidence = in.object("confidence");
    for (const base::Json& value : in.array("logprobs")) {
        if (!value.is_number()) {
            in.fault("logprobs",
                fmt::format("number {} of the list is {}, not a number", path.tokenLogprobs.size() + 1,
                    value.dump()));
            break;
        }
        path.tokenLogprobs.push_back(value.get<float>());
    }
    for (const base::Json& value : in.array("tokens")) {
        if (!value.is_string()) {
            in.fault("tokens", fmt::format("holds {}, which is no text", value.dump()));
            break;
        }
        path.tokens.push_back(value.get<std::string>());
    }
    path.teacher = in.text("teacher", "");
    path.round = in.integerIn("round", 1, kMaxInt, 1);
    if (status)
        status = in.finish();
    return path;
}

base::Json itemToJson(const CandidateItem& item)
{
    const store::CandidateRow& row = item.row;
    base::Json json = { { "sample", data::sampleToJson(item.sample) }, { "votes_a", row.votesA },
        { "votes_b", row.votesB }, { "label", row.label }, { "vote_share", row.voteShare },
        { "chosen", row.chosen }, { "reason", row.reason }, { "caption", row.caption },
        { "prompt", row.prompt }, { "target", row.target }, { "media", row.media },
        { "paths", base::Json::array() } };
    for (const store::CandidatePath& path : row.paths)
        json["paths"].push_back(pathToJson(path));
    return json;
}

base::Result<CandidateItem> itemFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    CandidateItem item;
    base::Result<data::Sample> sample = data::sampleFromJson(in.object("sample"), place, "/");
    if (!sample)
        return sample.error();
    item.sample = *std::move(sample);
    store::CandidateRow& row = item.row;
    row.sampleId = item.sample.id;
    row.taskType = data::taskTypeName(item.sample.task);
    row.source = item.sample.source;
    row.query = item.sample.query;
    row.responseA = item.sample.responseA;
    row.responseB = item.sample.responseB;
    row.gold = item.sample.gold ? data::sideName(*item.sample.gold) : "";
    row.votesA = in.integerIn("votes_a", 0, kMaxInt);
    row.votesB = in.integerIn("votes_b", 0, kMaxInt);
    row.label = in.text("label");
    row.voteShare = in.real("vote_share");
    row.chosen = in.integerIn("chosen", -1, static_cast<int>(in.array("paths").size()) - 1);
    row.reason = in.text("reason");
    row.caption = in.text("caption");
    row.prompt = in.text("prompt");
    row.target = in.text("target");
    row.media = in.array("media");
    base::Status status;
    int index = 0;
    for (const base::Json& path : in.array("paths"))
        row.paths.push_back(pathFromJson(path, fmt::format("{}, path {}", place, index++), status));
    if (status)
        status = in.finish();
    if (!status)
        return status.error();
    return item;
}

} // namespace

base::Status writeCandidates(const std::vector<CandidateItem>& items, const std::filesystem::path& file)
{
    std::string text;
    for (const CandidateItem& item : items)
        text += itemToJson(item).dump() + "\n";
    return base::writeFileAtomically(file, text);
}

base::Result<std::vector<CandidateItem>> readCandidates(const std::filesystem::path& file)
{
    base::Result<std::string> text = base::readFile(file, std::uint64_t { 8 } << 30);
    if (!text)
        return text.error();
    std::vector<CandidateItem> items;
    std::size_t begin = 0;
    for (int line = 1; begin < text->size(); ++line) {
        const std::size_t end = std::min(text->find('\n', begin), text->size());
        const std::string place = fmt::format("{}:{}", file.string(), line);
        base::Result<base::Json> json
            = base::parseJson(std::string_view(*text).substr(begin, end - begin), place);
        if (!json)
            return json.error();
        base::Result<CandidateItem> item = itemFromJson(*json, place);
        if (!item)
            return item.error();
        items.push_back(*std::move(item));
        begin = end + 1;
    }
    return items;
}

} // namespace msrl::stages
