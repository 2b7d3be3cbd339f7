// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/judging/contest_rows.h"

namespace msrl::judging {

namespace {

using base::Json;
using data::Side;

template <class T> Json orNull(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json sideOrNull(const std::optional<Side>& side)
{
    return side ? Json(data::sideName(*side)) : Json(nullptr);
}

Json judgementJson(const Judgement& one)
{
    Json json = { { "swapped", one.vote.swapped }, { "answer", sideOrNull(one.vote.answer) } };
    json["probability"] = orNull(one.vote.probabilityA);
    json["format"] = one.formatOk;
    json["mean_logprob"] = one.meanLogprob;
    json["finish"] = rollout::finishName(one.finish);
    json["output"] = one.output;
    return json;
}

// The thought of the first judgement on the winner's side; of the first one where nobody won.
std::string reasoning(const JudgedPair& pair)
{
    for (const Judgement& one : pair.judgements) {
        if (!pair.pair.decision.winner || one.vote.answer == pair.pair.decision.winner)
            return one.thought;
    }
    return {};
}

// "winner" is a side; probability and margin are those of A.
void addDecision(Json& json, const JudgedPair& pair)
{
    const judge::PairDecision& decision = pair.pair.decision;
    json["winner"] = sideOrNull(decision.winner);
    json["probability"] = orNull(decision.probabilityA);
    json["margin"] = orNull(decision.margin());
    json["tie"] = decision.tie();
    json["votes"] = { { "A", decision.votesA }, { "B", decision.votesB }, { "unparsed", decision.unparsed } };
    json["consistent"] = orNull(decision.consistent);
    json["reasoning"] = reasoning(pair);
    json["judgements"] = Json::array();
    for (const Judgement& one : pair.judgements)
        json["judgements"].push_back(judgementJson(one));
}

Json pathJson(const data::Media& media)
{
    return media.file.string();
}

Json candidateJson(const data::Candidate& candidate)
{
    return candidate.media ? pathJson(*candidate.media) : Json(candidate.response);
}

// The user's turn with a mark for every medium, and the media by kind, as training programs read them.
Json conversation(const data::Sample& question)
{
    std::string content;
    Json images = Json::array();
    Json videos = Json::array();
    for (const data::Media& medium : question.media) {
        const bool video = medium.kind == data::Media::Kind::Video;
        content += video ? "<video>\n" : "<image>\n";
        (video ? videos : images).push_back(pathJson(medium));
    }
    if (!question.context.empty())
        content += question.context + "\n\n";
    content += question.query;
    Json row = { { "id", question.id } };
    row["messages"] = Json::array({ { { "role", "user" }, { "content", content } } });
    if (!images.empty())
        row["images"] = images;
    if (!videos.empty())
        row["videos"] = videos;
    return row;
}

Json withAnswer(Json row, const data::Candidate& candidate)
{
    row["messages"].push_back({ { "role", "assistant" }, { "content", candidateJson(candidate) } });
    return row;
}

} // namespace

Json scoreRow(const JudgedContest& judged)
{
    const data::Contest& contest = *judged.contest;
    Json row = { { "id", contest.id() } };
    if (contest.isPair) {
        if (contest.gold)
            row["gold"] = *contest.gold == 0 ? "A" : "B";
        addDecision(row, judged.pairs.front());
        return row;
    }
    if (contest.gold)
        row["gold"] = *contest.gold;
    row["winner"] = orNull(judged.winner());
    row["scores"] = judged.ranking.scores;
    row["ranking"] = judged.ranking.order;
    row["undecided_pairs"] = judged.ranking.undecided;
    row["pairs"] = Json::array();
    for (const JudgedPair& pair : judged.pairs) {
        Json one = { { "a", pair.pair.first }, { "b", pair.pair.second } };
        addDecision(one, pair);
        row["pairs"].push_back(std::move(one));
    }
    return row;
}

Json bestRow(const JudgedContest& judged)
{
    const std::size_t best = judged.ranking.order.front();
    Json row = { { "id", judged.contest->id() }, { "best", best } };
    row["score"] = judged.ranking.scores[best];
    row["tie"] = judged.ranking.tiedBest;
    row["response"] = candidateJson(judged.contest->candidates[best]);
    row["scores"] = judged.ranking.scores;
    return row;
}

std::vector<Json> keptRows(const JudgedContest& judged, const ExportRules& rules)
{
    std::vector<Json> rows;
    for (const std::size_t candidate : judged.ranking.order) {
        if (rows.size() == rules.keep || judged.ranking.scores[candidate] < rules.least)
            break;
        Json row = withAnswer(conversation(judged.contest->question), judged.contest->candidates[candidate]);
        row["candidate"] = candidate;
        row["score"] = judged.ranking.scores[candidate];
        rows.push_back(std::move(row));
    }
    return rows;
}

std::optional<Json> preferenceRow(const JudgedContest& judged, const ExportRules& rules)
{
    const std::size_t best = judged.ranking.order.front();
    const std::size_t worst = judged.ranking.order.back();
    const double margin = judged.ranking.scores[best] - judged.ranking.scores[worst];
    if (margin <= 0 || margin < rules.least)
        return std::nullopt;
    const auto& candidates = judged.contest->candidates;
    Json row = conversation(judged.contest->question);
    if (rules.conversations) {
        row = withAnswer(std::move(row), candidates[best]);
        row["rejected_response"] = candidateJson(candidates[worst]);
    } else {
        row["prompt"] = row["messages"][0]["content"];
        row.erase("messages");
        row["chosen"] = candidateJson(candidates[best]);
        row["rejected"] = candidateJson(candidates[worst]);
    }
    row["margin"] = margin;
    return row;
}

} // namespace msrl::judging
