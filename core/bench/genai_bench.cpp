// SPDX-License-Identifier: GPL-3.0-or-later
// GenAI-Bench (TIGER-AI-Lab/GenAI-Bench): three tasks, four votes. Official: four labels in double brackets.
// Binary: an <answer> tag with A or B, ties counted as wrong or left out. Each from the predictions that have
// it.
#include "core/bench/benchmark.h"
#include "core/bench/output_parsers.h"
#include "core/bench/pair_report.h"
#include "core/bench/predictions.h"
#include "core/data/media_paths.h"
#include "core/data/rows.h"
#include "core/judge/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace msrl::bench {

namespace {

namespace fs = std::filesystem;
using base::Json;
using data::Side;

constexpr std::array kTasks { "image_generation", "image_edition", "video_generation" };

base::Result<std::vector<std::string>> readVotes(const fs::path& path)
{
    const auto rows = data::readJsonRows(path);
    if (!rows)
        return rows.error();
    std::vector<std::string> votes;
    for (const data::JsonRow& row : *rows) {
        base::ObjectReader in(row.value, row.place);
        votes.push_back(in.text("vote_type"));
        const std::string& vote = votes.back();
        if (vote != "leftvote" && vote != "rightvote" && vote != "tievote" && vote != "bothbad_vote")
            in.fault("vote_type", fmt::format("is '{}'", vote),
                "known: leftvote, rightvote, tievote, bothbad_vote");
        if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
            return status.error();
    }
    return votes;
}

base::Result<JudgingSet> judgingSet(const fs::path& path, const char* task)
{
    const auto rows = data::readJsonRows(path);
    if (!rows)
        return rows.error();
    const bool video = std::string_view(task).starts_with("video");
    JudgingSet set { fmt::format("{}_outputs_binary.jsonl", task), {} };
    for (const data::JsonRow& row : *rows) {
        base::ObjectReader in(row.value, row.place);
        data::Sample sample;
        sample.place = row.place;
        sample.id = fmt::format("{}", set.samples.size());
        sample.task = video ? data::TaskType::VideoGeneration : data::TaskType::ImageGeneration;
        sample.query = in.text("prompt");
        const auto medium = [&](const char* key) {
            return (video ? data::videoAt : data::imageAt)(in.text(key), path.parent_path());
        };
        sample.mediaA = medium(video ? "left_video" : "left_image");
        sample.mediaB = medium(video ? "right_video" : "right_image");
        if (auto status = in.finish(base::ObjectReader::Unknown::Keep); !status)
            return status.error();
        set.samples.push_back(std::move(sample));
    }
    return set;
}

// The tasks whose file is there. Edited images are left out: no judging prompt shows the image they come
// from.
base::Result<std::vector<JudgingSet>> genaiBenchSets(const fs::path& data)
{
    std::vector<JudgingSet> sets;
    for (const char* task : { kTasks[0], kTasks[2] }) {
        const fs::path path = data / fmt::format("{}.jsonl", task);
        std::error_code error;
        if (!fs::is_regular_file(path, error))
            continue;
        auto set = judgingSet(path, task);
        if (!set)
            return set.error();
        sets.push_back(std::move(*set));
    }
    if (sets.empty())
        return base::badInput("has neither image_generation.jsonl nor video_generation.jsonl", data.string(),
            "a judge reads the benchmark's data from them");
    return sets;
}

// A bare [[A=B]] is right for both kinds of tie, as in the official script.
bool labelIsRight(std::string_view label, const std::string& vote)
{
    if (vote == "leftvote")
        return label == "[[A>B]]" || label == "[[A>>B]]";
    if (vote == "rightvote")
        return label == "[[B>A]]" || label == "[[B>>A]]";
    return label == "[[A=B]]" || label == (vote == "tievote" ? "[[A=B=Good]]" : "[[A=B=Bad]]");
}

// The vote in the order that was shown.
std::string exchanged(const std::string& vote)
{
    return vote == "leftvote" ? "rightvote" : vote == "rightvote" ? "leftvote" : vote;
}

Json fourWay(const std::vector<std::string>& votes, const std::vector<Prediction>& predictions)
{
    int correct = 0;
    Json byVote = Json::object();
    Json perRow = Json::array();
    const auto samples = byItem(predictions, votes.size());
    for (std::size_t i = 0; i < votes.size(); ++i) {
        const Prediction& first = predictions[samples[i][0]];
        const bool right
            = labelIsRight(bracketedLabel(first.output), first.swapped ? exchanged(votes[i]) : votes[i]);
        correct += right ? 1 : 0;
        perRow.push_back(right ? 1 : 0);
        Json& count = byVote[votes[i]];
        if (count.is_null())
            count = { 0, 0 };
        count[0] = count[0].get<int>() + (right ? 1 : 0);
        count[1] = count[1].get<int>() + 1;
    }
    return { { "acc", static_cast<double>(correct) / static_cast<double>(votes.size()) },
        { "correct", correct }, { "n", votes.size() }, { "by_vote", byVote }, { "per_row", perRow } };
}

std::optional<Side> goldOf(const std::string& vote)
{
    if (vote == "leftvote")
        return Side::A;
    return vote == "rightvote" ? std::optional(Side::B) : std::nullopt;
}

std::vector<PairItem> genaiBenchPairs(
    const std::vector<std::string>& votes, const std::vector<Prediction>& predictions)
{
    std::vector<PairItem> pairs;
    const auto samples = byItem(predictions, votes.size());
    for (std::size_t i = 0; i < votes.size(); ++i) {
        PairItem pair { fmt::format("{}", i), votes[i], goldOf(votes[i]), {} };
        for (const std::size_t s : samples[i])
            pair.samples.push_back(verdictOf(predictions[s], judge::looseAnswer(predictions[s].output)));
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

Json quotient(int hits, int total)
{
    return total > 0 ? Json(static_cast<double>(hits) / total) : Json(nullptr);
}

// "unparsed" counts items that are not ties: a tie is not asked for in this protocol.
Json binary(const std::vector<PairItem>& pairs)
{
    int right = 0;
    int decided = 0;
    int unparsed = 0;
    for (const PairItem& pair : pairs) {
        if (!pair.gold)
            continue;
        const auto& answer = pair.samples.front().answer;
        ++decided;
        right += answer == pair.gold ? 1 : 0;
        unparsed += answer ? 0 : 1;
    }
    Json json = Json::object();
    json["acc_ties_counted_wrong"] = quotient(right, static_cast<int>(pairs.size()));
    json["acc_without_ties"] = quotient(right, decided);
    json["acc_without_ties_unparsed_dropped"] = quotient(right, decided - unparsed);
    json["n"] = pairs.size();
    json["n_without_ties"] = decided;
    json["unparsed"] = unparsed;
    return json;
}

// Predictions are of the binary protocol where a row says how the pair was shown or some output answers, and
// of the official one where some output has a label; those that ask for both are of both.
bool isBinary(const std::vector<Prediction>& predictions)
{
    return std::any_of(predictions.begin(), predictions.end(), [](const Prediction& one) {
        return one.row.contains("swap") || one.row.contains("swapped") || judge::looseAnswer(one.output);
    });
}

bool isFourWay(const std::vector<Prediction>& predictions)
{
    return std::any_of(predictions.begin(), predictions.end(),
        [](const Prediction& one) { return !bracketedLabel(one.output).empty(); });
}

// The second judge's answers to what this file answers: the file itself, or that of the same name in a
// folder.
fs::path otherFile(const fs::path& against, const fs::path& file)
{
    std::error_code error;
    return fs::is_directory(against, error) ? against / file.filename() : against;
}

base::Result<Json> compared(const BenchmarkRequest& request, const std::vector<std::string>& votes,
    const std::vector<PairItem>& pairs, const fs::path& other)
{
    const auto predictions = readPredictions(other, rowIds(votes.size()));
    if (!predictions)
        return predictions.error();
    if (!isBinary(*predictions))
        return base::badInput("has no answers <answer>A</answer>", other.string(),
            "two judges are compared by the binary protocol");
    return comparison(
        pairs, genaiBenchPairs(votes, *predictions), { request.voting, request.bothOrders }, other.string());
}

base::Status addFile(const BenchmarkRequest& request, const char* task, const fs::path& path, Json& out)
{
    const auto file = dataFile(request.data, fmt::format("{}.jsonl", task).c_str());
    if (!file)
        return file.error();
    const auto votes = readVotes(*file);
    if (!votes)
        return votes.error();
    const auto predictions = readPredictions(path, rowIds(votes->size()));
    if (!predictions)
        return predictions.error();
    const bool labelled = isFourWay(*predictions);
    const bool answered = isBinary(*predictions);
    if (!labelled && !answered)
        return base::badInput("no output has a label such as [[A>B]] or an answer <answer>A</answer>",
            path.string(), "the first are of the official protocol, the second of the binary one");
    if (labelled)
        out[task]["official_4way"] = fourWay(*votes, *predictions);
    if (!answered)
        return {};
    const auto pairs = genaiBenchPairs(*votes, *predictions);
    auto ours = pairReport(pairs, { request.voting, request.bothOrders });
    if (!ours)
        return base::within(ours.error(), path.string());
    out[task]["binary"] = binary(pairs);
    out[task]["ours"] = std::move(*ours);
    if (request.against) {
        auto both = compared(request, *votes, pairs, otherFile(*request.against, path));
        if (!both)
            return both.error();
        out[task]["comparison"] = *std::move(both);
    }
    return {};
}

base::Result<const char*> taskOf(const fs::path& path)
{
    const std::string name = path.filename().string();
    for (const char* task : kTasks) {
        if (name.starts_with(task))
            return task;
    }
    return base::badInput("the file's name does not say its task", path.string(),
        "begin it with image_generation, image_edition or video_generation");
}

// One file, or the files TASK_outputs_*.jsonl of a folder.
base::Result<std::vector<fs::path>> predictionFiles(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_directory(path, error))
        return std::vector<fs::path> { path };
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        if (entry.path().filename().string().find("_outputs") != std::string::npos
            && entry.path().extension() == ".jsonl")
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    if (files.empty())
        return base::badInput("the folder has no TASK_outputs_*.jsonl", path.string());
    return files;
}

base::Result<Json> evaluateGenaiBench(const BenchmarkRequest& request)
{
    const auto files = predictionFiles(request.predictions);
    if (!files)
        return files.error();
    Json json = Json::object();
    for (const fs::path& file : *files) {
        const auto task = taskOf(file);
        if (!task)
            return task.error();
        if (auto status = addFile(request, *task, file, json); !status)
            return status.error();
    }
    int correct = 0;
    int all = 0;
    const bool isCompared = std::any_of(
        json.begin(), json.end(), [](const Json& entry) { return entry.contains("comparison"); });
    if (request.against && !isCompared)
        return base::badInput("no file of the binary protocol", request.predictions.string(),
            "two judges are compared by that protocol");
    for (const auto& [task, entry] : json.items()) {
        if (entry.contains("official_4way")) {
            correct += entry["official_4way"]["correct"].get<int>();
            all += entry["official_4way"]["n"].get<int>();
        }
    }
    json["overall_micro_4way"] = quotient(correct, all);
    return json;
}

} // namespace

const Benchmark kGenaiBench { "genai_bench", "GenAI-Bench", evaluateGenaiBench, genaiBenchSets,
    ShownOrder::Random, true };

} // namespace msrl::bench
