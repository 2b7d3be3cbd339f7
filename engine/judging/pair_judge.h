// SPDX-License-Identifier: GPL-3.0-or-later
// A trained judge at work: pairs in, judgements out, with the prompts, the encoder and the rollout that
// training uses. Scoring, evaluation and the HTTP endpoint all call this.
#pragma once

#include "core/judge/contest.h"
#include "core/text/prompts.h"
#include "engine/rollout/answer_reader.h"
#include "engine/rollout/generate.h"
#include "engine/stages/generation.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace msrl::judging {

struct JudgeSettings
{
    std::string prompts = "msrl"; // a bundled set, or a folder
    text::PromptMode mode = text::PromptMode::Visual;
    std::int64_t maxPromptTokens = 0; // 0: what the model leaves beside maxNewTokens
    std::int64_t maxNewTokens = 1024;
    rollout::SamplingOptions sampling { .temperature = 0 };
    std::uint64_t seed = 0;
};

// One pair to be judged.
struct PairTask
{
    const data::Sample* sample = nullptr; // as in the row
    std::uint64_t number = 0; // names its random numbers; the same pair has the same number in every batch
    std::vector<bool> orders; // one judgement each, in this order; true: B is shown first
};

// `votes` judgements as in the row, or with `bothOrders` that many of each order, in turn.
std::vector<bool> judgementOrders(std::size_t votes, bool bothOrders);

struct Judgement
{
    judge::PairVote vote;
    std::string output; // what the judge wrote
    bool formatOk = false; // the strict grammar of what the prompt asks for
    std::string thought; // the body of <think>; empty without a readable one
    double meanLogprob = 0; // of its tokens, raw distribution
    std::int64_t tokens = 0;
    rollout::Finish finish = rollout::Finish::Length;
};

class PairJudge
{
public:
    // Refuses what loadPolicy() and SampleEncoder::make() refuse, and a limit of new tokens that leaves no
    // room for a prompt.
    static base::Result<PairJudge> open(
        const std::filesystem::path& modelFolder, const JudgeSettings& settings, c10::Device device);

    const JudgeSettings& settings() const { return m_settings; }
    const stages::Judge& judge() const { return m_judge; }
    const rollout::AnswerReader& answers() const { return m_answers; }

    // Whether the pair can be judged in both orders: fields, media and prompt length. Media are measured,
    // not kept.
    base::Status check(const data::Sample& sample) const;

    // One list per task, judgements in the order of its `orders`. What is judged depends on the task, the
    // seed and the settings alone, not on the other tasks of the call.
    base::Result<std::vector<std::vector<Judgement>>> judgeAll(
        const std::vector<PairTask>& tasks, std::stop_token stop = {}) const;

private:
    PairJudge(stages::Judge judge, JudgeSettings settings);

    struct Showing;
    std::vector<Showing> showingsOf(const std::vector<PairTask>& tasks) const;
    base::Status judgeShowings(const std::vector<PairTask>& tasks, const std::vector<Showing>& showings,
        const std::stop_token& stop, std::vector<std::vector<Judgement>>& out) const;
    Judgement read(const data::Sample& shown, bool swapped, const rollout::Completion& completion) const;

    stages::Judge m_judge;
    JudgeSettings m_settings;
    rollout::AnswerReader m_answers;
};

} // namespace msrl::judging
