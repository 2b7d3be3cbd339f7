// SPDX-License-Identifier: GPL-3.0-or-later
// What every command that runs a trained judge asks for: the model, the prompts, the sampling, the machine.
#pragma once

#include "core/base/json.h"
#include "engine/judging/contest_judge.h"

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace msrl::cli {

struct JudgeOptions
{
    std::filesystem::path model;
    std::string mode = "visual";
    std::string device = "cpu";
    int threads = 0; // 0: all processors
    double temperature = -1; // below 0: greedy for one vote, else 1
    judging::JudgeSettings settings;
    judging::Voting voting;
};

// --model (required when asked), --max-new-tokens, --seed, --device, --threads.
enum class ModelOption { Required, Optional };
void addModelOptions(CLI::App& command, JudgeOptions& options, ModelOption model);
// These, and --prompts, --mode, --max-prompt-tokens and the sampling. --voting and --both-orders are the
// command's own, as their words differ.
void addJudgeOptions(CLI::App& command, JudgeOptions& options, ModelOption model);

// Sets the threads and loads the judge. Call it before the first tensor operation.
base::Result<judging::PairJudge> openJudge(const JudgeOptions& options);

// Everything that decides what the judge writes: the content of the model's folder, the prompts, the
// settings. Two calls with the same description write the same.
base::Result<base::Json> describeJudge(const JudgeOptions& options, const judging::PairJudge& judge);

} // namespace msrl::cli
