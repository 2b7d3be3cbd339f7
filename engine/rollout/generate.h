// SPDX-License-Identifier: GPL-3.0-or-later
// Completions of prompts: each prompt is computed once and its keys serve all its samples; a finished row's
// place is given to the next waiting row at once.
#pragma once

#include "core/base/result.h"
#include "engine/batch/micro_batch.h"
#include "engine/model/policy.h"
#include "engine/rollout/sampler.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace msrl::rollout {

enum class Finish { Stop, Length };
// "stop", "length"
const char* finishName(Finish finish);

struct Completion
{
    std::vector<std::int64_t> ids; // with the stop id that ended it
    std::vector<float> logprobs; // one per token, raw distribution (temperature 1, nothing cut off)
    std::vector<float> entropies; // one per token, of the raw distribution that it was drawn from
    std::vector<float> topLogprobs; // with GenerateOptions::topLogprobs: mean over the k most likely tokens
    std::vector<float> watchedLogprobs; // with watchedIds: numTokens × numWatched, raw distribution
    double meanEntropy = 0; // over its tokens, raw distribution
    Finish finish = Finish::Length;
};

struct GenerateOptions
{
    std::int64_t samplesPerPrompt = 1; // G
    std::int64_t firstSample = 0; // index of the first of them, to go on where another call ended
    std::int64_t maxNewTokens = 128;
    SamplingOptions sampling;
    std::vector<std::int64_t> stopIds;
    // Whether a completion ends with its last token for another reason; called from the workers' threads.
    std::function<bool(const std::vector<std::int64_t>& ids)> isFinished;

    // Told of every token of a row (its number among the completions) as it is drawn, `end` with the last
    // one; false ends the row with it, as isFinished does. Called from the workers' threads, for several rows
    // at once and for the tokens of one row in order.
    std::function<bool(std::size_t row, const Completion& completion, std::optional<Finish> end)> onToken;

    // A completion's random numbers depend only on these, the prompt's number and the completion's index: not
    // on the packing, nor on the number of threads or ranks.
    std::uint64_t seed = 0;
    std::uint64_t stage = 0;
    std::uint64_t step = 0;
    std::uint64_t firstPrompt = 0; // number of the first prompt, for lists handed over in pieces
    std::vector<std::uint64_t> promptNumbers; // of each prompt, where they do not follow one another

    std::int64_t maxRows = 128; // rows decoded together
    std::int64_t prefixTokenBudget = 8192; // padded prompt tokens computed and kept together

    std::int64_t topLogprobs = 0; // k, 0: not kept
    std::vector<std::int64_t> watchedIds; // tokens whose log-probability is kept at every position
};

struct GenerateProgress
{
    std::int64_t finishedRows = 0;
    std::int64_t totalRows = 0;
    std::int64_t generatedTokens = 0;
};

// P*G completions, prompt-major, in the order of `prompts`. The tokens of a row do not depend on how rows are
// packed up to floating-point order: two packings can differ only where a draw falls within rounding of a
// boundary. Refused before work: prompts that do not fit the model (with maxNewTokens), image tokens that do
// not match the media. Stopped when asked to.
//
// Several workers (device/workers.h) share the prompts out; each has its part of maxRows and of
// prefixTokenBudget. onProgress is called from their threads, one call at a time.
base::Result<std::vector<Completion>> generate(const model::Policy& policy,
    const std::vector<batch::PromptInput>& prompts, const GenerateOptions& options, std::stop_token stop = {},
    const std::function<void(const GenerateProgress&)>& onProgress = {});

} // namespace msrl::rollout
