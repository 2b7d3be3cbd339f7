// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/judge_options.h"

#include "engine/cli/checks.h"
#include "engine/device/device.h"
#include "engine/stages/executor.h"

#include <CLI/CLI.hpp>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

judging::JudgeSettings settingsOf(const JudgeOptions& options)
{
    judging::JudgeSettings settings = options.settings;
    settings.mode = options.mode == "caption" ? text::PromptMode::Caption : text::PromptMode::Visual;
    settings.sampling.temperature = options.temperature >= 0 ? options.temperature
        : options.voting.votes == 1                          ? 0.0
                                                             : 1.0;
    return settings;
}

} // namespace

void addModelOptions(CLI::App& command, JudgeOptions& options, ModelOption model)
{
    CLI::Option* folder = command.add_option("--model", options.model, "The judge: a Hugging Face folder.");
    if (model == ModelOption::Required)
        folder->required();
    command.add_option("--max-new-tokens", options.settings.maxNewTokens, "Longest judgement.")
        ->check(wholeBetween(1, 1 << 20))
        ->capture_default_str();
    command.add_option("--seed", options.settings.seed, "Of the sampling.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    command.add_option("--device", options.device, "Where to compute: cpu, cuda or cuda:N.")
        ->capture_default_str();
    command
        .add_option("--threads", options.threads,
            "Workers of a small model, threads of one operation of a larger one; 0 takes all processors.")
        ->check(wholeFrom(0))
        ->capture_default_str();
}

void addJudgeOptions(CLI::App& command, JudgeOptions& options, ModelOption model)
{
    addModelOptions(command, options, model);
    judging::JudgeSettings& settings = options.settings;
    command.add_option("--prompts", settings.prompts, "Judging prompts: msrl, demo, or a folder (with a /).")
        ->capture_default_str();
    command
        .add_option(
            "--mode", options.mode, "visual: the judge sees the media. caption: it reads captions instead.")
        ->check(CLI::IsMember({ "visual", "caption" }))
        ->capture_default_str();
    command
        .add_option("--max-prompt-tokens", settings.maxPromptTokens,
            "A longer prompt is refused; 0 takes what the model leaves.")
        ->check(wholeFrom(0))
        ->capture_default_str();
    command
        .add_option("--temperature", options.temperature,
            "0 takes the likeliest token. When absent: 0 for one vote, 1 for several.")
        ->check(numberFrom(0));
    command.add_option("--top-p", settings.sampling.topP, "Smallest set of tokens with this probability.")
        ->check(numberBetween(0.01, 1))
        ->capture_default_str();
    command.add_option("--top-k", settings.sampling.topK, "Only the k likeliest tokens; 0 keeps all.")
        ->check(wholeFrom(0))
        ->capture_default_str();
}

base::Result<judging::PairJudge> openJudge(const JudgeOptions& options)
{
    const int threads = options.threads > 0 ? options.threads : device::numProcessors();
    if (base::Status set = device::setThreads(threads); !set)
        return set.error();
    const auto device = device::openNamedDevice(options.device);
    if (!device)
        return device.error();
    return judging::PairJudge::open(options.model, settingsOf(options), *device);
}

base::Result<base::Json> describeJudge(const JudgeOptions& options, const judging::PairJudge& judge)
{
    const base::Json none = base::Json::object();
    const auto model = stages::contentHasher({})(
        curriculum::FieldContent::ModelFolder, { fs::absolute(options.model).string(), none });
    if (!model)
        return model.error();
    const judging::JudgeSettings& settings = judge.settings();
    base::Json json = { { "model", *model }, { "prompts", judge.judge().encoder.prompts().hash() } };
    json["mode"] = options.mode;
    json["voting"] = options.voting.votes;
    json["both_orders"] = options.voting.bothOrders;
    json["temperature"] = settings.sampling.temperature;
    json["top_p"] = settings.sampling.topP;
    json["top_k"] = settings.sampling.topK;
    json["seed"] = settings.seed;
    json["max_new_tokens"] = settings.maxNewTokens;
    json["max_prompt_tokens"] = settings.maxPromptTokens;
    return json;
}

} // namespace msrl::cli
