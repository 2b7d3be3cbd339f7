// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/row_codec.h"

#include "core/base/hash.h"
#include "core/store/packed_tokens.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace msrl::store {

const char* const kStageColumns
    = "stage, node_id, node_type, title, hash, position, state, step, total, started_ms, ended_ms, message";
const char* const kMetricColumns = "id, stage, step, name, source, value, time_ms";
const char* const kEventColumns = "id, level, kind, stage, step, text, data, time_ms";
const char* const kSampleColumns
    = "id, stage, step, prompt_index, completion_index, sample_id, task_type, source, prompt, completion, "
      "gold, answer, reward_parts, reward, advantage, mean_logprob, num_tokens, finish_reason, media, "
      "token_bytes, token_logprobs, token_entropies";
const char* const kCandidateColumns
    = "id, stage, sample_id, task_type, query, response_a, response_b, caption, gold, media, votes_a, "
      "votes_b, label, vote_share, chosen, reason, prompt, target, source";
const char* const kCandidatePathColumns
    = "text, answer, format_ok, num_tokens, confidence, token_logprobs, tokens, teacher, round";
const char* const kEvaluationColumns = "id, stage, policy, report, time_ms";

namespace {

std::string readText(SQLite::Statement& row, int column)
{
    return row.getColumn(column).getString();
}

// Written by this folder from a Json value; anything else is a damaged file.
base::Json readJson(SQLite::Statement& row, int column)
{
    base::Json json = base::Json::parse(readText(row, column), nullptr, false);
    if (json.is_discarded())
        throw SQLite::Exception(std::string("column ") + row.getColumnName(column) + " holds no JSON");
    return json;
}

EventLevel levelFromName(const std::string& name)
{
    for (const EventLevel level :
        { EventLevel::Debug, EventLevel::Info, EventLevel::Warning, EventLevel::Error }) {
        if (name == eventLevelName(level))
            return level;
    }
    throw SQLite::Exception("unknown event level '" + name + "'");
}

} // namespace

std::string insertInto(const char* table, const std::string& columns)
{
    std::string marks = "?";
    for (const char c : columns) {
        if (c == ',')
            marks += ", ?";
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, columns, marks);
}

std::string withoutId(const char* columns)
{
    const std::string all = columns;
    return all.substr(all.find(',') + 2);
}

// By hand: a hundred thousand of these are read while somebody waits for the list.
std::vector<NamedValue> readNumbers(std::string_view json)
{
    std::vector<NamedValue> values;
    const auto damaged = [] { return SQLite::Exception("column confidence holds no numbers"); };
    const auto skip = [&](std::string_view part) {
        if (!json.starts_with(part))
            throw damaged();
        json.remove_prefix(part.size());
    };
    if (json.empty())
        return values;
    skip("{");
    while (!json.starts_with('}')) {
        skip("\"");
        const std::size_t end = json.find('"');
        if (end == std::string_view::npos)
            throw damaged();
        std::string name(json.substr(0, end));
        json.remove_prefix(end);
        skip("\":");
        if (json.starts_with("null")) {
            skip("null");
        } else {
            double value = 0;
            const auto [rest, error] = std::from_chars(json.data(), json.data() + json.size(), value);
            if (error != std::errc())
                throw damaged();
            json.remove_prefix(static_cast<std::size_t>(rest - json.data()));
            values.push_back({ std::move(name), value });
        }
        if (!json.starts_with('}'))
            skip(",");
    }
    return values;
}

double readReal(SQLite::Statement& row, int column)
{
    const SQLite::Column value = row.getColumn(column);
    return value.isNull() ? std::numeric_limits<double>::quiet_NaN() : value.getDouble();
}

std::string jsonText(const base::Json& json)
{
    return json.dump(-1, ' ', false, base::Json::error_handler_t::replace);
}

StageRow readStage(SQLite::Statement& row)
{
    StageRow out;
    out.stage = readText(row, 0);
    out.nodeId = readText(row, 1);
    out.nodeType = readText(row, 2);
    out.title = readText(row, 3);
    out.hash = readText(row, 4);
    out.position = row.getColumn(5).getInt();
    const std::string state = readText(row, 6);
    const auto known = stageStateFromName(state);
    if (!known)
        throw SQLite::Exception("unknown stage state '" + state + "'");
    out.state = *known;
    out.step = row.getColumn(7).getInt64();
    out.total = row.getColumn(8).getInt64();
    out.startedMs = row.getColumn(9).getInt64();
    out.endedMs = row.getColumn(10).getInt64();
    out.message = readText(row, 11);
    return out;
}

MetricRow readMetric(SQLite::Statement& row)
{
    MetricRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.stage = readText(row, 1);
    out.step = row.getColumn(2).getInt64();
    out.name = readText(row, 3);
    out.source = readText(row, 4);
    out.value = readReal(row, 5);
    out.timeMs = row.getColumn(6).getInt64();
    return out;
}

EventRow readEvent(SQLite::Statement& row)
{
    EventRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.level = levelFromName(readText(row, 1));
    out.kind = readText(row, 2);
    out.stage = readText(row, 3);
    out.step = row.getColumn(4).getInt64();
    out.text = readText(row, 5);
    out.data = readJson(row, 6);
    out.timeMs = row.getColumn(7).getInt64();
    return out;
}

SampleRow readSample(SQLite::Statement& row)
{
    SampleRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.stage = readText(row, 1);
    out.step = row.getColumn(2).getInt64();
    out.promptIndex = row.getColumn(3).getInt();
    out.completionIndex = row.getColumn(4).getInt();
    out.sampleId = readText(row, 5);
    out.taskType = readText(row, 6);
    out.source = readText(row, 7);
    out.prompt = readText(row, 8);
    out.completion = readText(row, 9);
    out.gold = readText(row, 10);
    out.answer = readText(row, 11);
    out.rewardParts = readJson(row, 12);
    out.reward = readReal(row, 13);
    out.advantage = readReal(row, 14);
    out.meanLogprob = readReal(row, 15);
    out.numTokens = row.getColumn(16).getInt();
    out.finishReason = readText(row, 17);
    out.media = readJson(row, 18);
    out.tokenBytes = unpackTokenBytes(readText(row, 19));
    out.tokenLogprobs = unpackFloats(readText(row, 20));
    out.tokenEntropies = unpackFloats(readText(row, 21));
    return out;
}

CandidateRow readCandidate(SQLite::Statement& row)
{
    CandidateRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.stage = readText(row, 1);
    out.sampleId = readText(row, 2);
    out.taskType = readText(row, 3);
    out.query = readText(row, 4);
    out.responseA = readText(row, 5);
    out.responseB = readText(row, 6);
    out.caption = readText(row, 7);
    out.gold = readText(row, 8);
    out.media = readJson(row, 9);
    out.votesA = row.getColumn(10).getInt();
    out.votesB = row.getColumn(11).getInt();
    out.label = readText(row, 12);
    out.voteShare = readReal(row, 13);
    out.chosen = row.getColumn(14).getInt();
    out.reason = readText(row, 15);
    out.prompt = readText(row, 16);
    out.target = readText(row, 17);
    out.source = readText(row, 18);
    return out;
}

CandidatePath readCandidatePath(SQLite::Statement& row)
{
    CandidatePath out;
    out.text = readText(row, 0);
    out.answer = readText(row, 1);
    out.formatOk = row.getColumn(2).getInt() != 0;
    out.numTokens = row.getColumn(3).getInt();
    out.confidence = readJson(row, 4);
    out.tokenLogprobs = unpackFloats(readText(row, 5));
    out.tokens = unpackStrings(readText(row, 6));
    out.teacher = readText(row, 7);
    out.round = row.getColumn(8).getInt();
    return out;
}

EvaluationRow readEvaluation(SQLite::Statement& row)
{
    EvaluationRow out;
    out.rowid = row.getColumn(0).getInt64();
    out.stage = readText(row, 1);
    out.policy = readText(row, 2);
    out.report = readJson(row, 3);
    out.timeMs = row.getColumn(4).getInt64();
    return out;
}

void bindBytes(SQLite::Statement& statement, int index, const std::string& bytes)
{
    statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

std::string candidateDigest(const CandidateRow& row)
{
    base::Json paths = base::Json::array();
    for (const CandidatePath& path : row.paths)
        paths.push_back(base::Json::array({ path.text, path.answer, path.formatOk }));
    const base::Json content
        = base::Json::array({ row.sampleId, row.taskType, row.query, row.responseA, row.responseB,
            row.caption, row.votesA, row.votesB, row.label, row.chosen, row.prompt, row.target, paths });
    return base::sha256(jsonText(content));
}

} // namespace msrl::store
