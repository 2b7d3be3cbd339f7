// SPDX-License-Identifier: GPL-3.0-or-later
// GenAI-Bench (TIGER-AI-Lab/GenAI-Bench): three tasks, each a file of votes, and the predictions of each by
// every protocol that they are of (genai_protocols.h).
#include "core/bench/benchmark.h"
#include "core/bench/genai_protocols.h"
#include "core/bench/pair_report.h"
#include "core/bench/predictions.h"
#include "core/data/media_paths.h"
#include "core/data/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace msrl::bench {

namespace {

namespace fs = std::filesystem;
using base::Json;

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
    if (!answersGenaiBinary(*predictions))
        return base::badInput("has no answers <answer>A</answer>", other.string(),
            "two judges are compared by the binary protocol");
    return comparison(
        pairs, genaiPairs(votes, *predictions), { request.voting, request.bothOrders }, other.string());
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
    const bool labelled = answersGenaiFourWay(*predictions);
    const bool answered = answersGenaiBinary(*predictions);
    if (!labelled && !answered)
        return base::badInput("no output has a label such as [[A>B]] or an answer <answer>A</answer>",
            path.string(), "the first are of the official protocol, the second of the binary one");
    if (labelled)
        out[task]["official_4way"] = genaiFourWay(*votes, *predictions);
    if (!answered)
        return {};
    const auto pairs = genaiPairs(*votes, *predictions);
    auto ours = pairReport(pairs, { request.voting, request.bothOrders });
    if (!ours)
        return base::within(ours.error(), path.string());
    out[task]["binary"] = genaiBinary(pairs);
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
    json["overall_micro_4way"] = genaiShare(correct, all);
    return json;
}

} // namespace

const Benchmark kGenaiBench { "genai_bench", "GenAI-Bench", evaluateGenaiBench, genaiBenchSets,
    ShownOrder::Random, true };

} // namespace msrl::bench
