// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rollout/generate.h"

#include "core/base/random.h"
#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"
#include "engine/model/forward.h"
#include "engine/rollout/wave_decoder.h"

#include <ATen/core/grad_mode.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace msrl::rollout {

namespace {

using batch::PromptInput;

std::string placeOf(const PromptInput& prompt, std::size_t index)
{
    return prompt.id.empty() ? fmt::format("prompt {}", index) : "sample " + prompt.id;
}

base::Status checkRequest(
    const model::Policy& policy, const std::vector<PromptInput>& prompts, const GenerateOptions& options)
{
    if (base::Status status = validate(options.sampling); !status)
        return status;
    if (options.samplesPerPrompt < 1 || options.maxNewTokens < 1 || options.maxRows < 1)
        return base::badInput("samples per prompt, new tokens and rows must be at least 1", "rollout");
    if (options.firstSample < 0)
        return base::badInput(fmt::format("a first sample of {}", options.firstSample), "rollout");
    if (!options.promptNumbers.empty() && options.promptNumbers.size() != prompts.size())
        return base::badInput(
            fmt::format("{} numbers for {} prompts", options.promptNumbers.size(), prompts.size()),
            "rollout");
    for (std::int64_t id : options.watchedIds)
        if (id < 0 || id >= policy.config.text.vocabulary)
            return base::badInput(
                fmt::format("token {} is outside the vocabulary", id), "rollout, watched ids");
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        const auto tokens = static_cast<std::int64_t>(prompts[p].ids.size());
        if (tokens < 2)
            return base::badInput(
                fmt::format("a prompt of {} tokens", tokens), placeOf(prompts[p], p), "needs 2");
        if (tokens + options.maxNewTokens > policy.config.text.maxPositions)
            return base::badInput(fmt::format("{} prompt and {} new tokens exceed the model's {} positions",
                                      tokens, options.maxNewTokens, policy.config.text.maxPositions),
                placeOf(prompts[p], p), "shorten the prompt or lower the number of new tokens");
    }
    return {};
}

// The chosen prompts sorted by length, cut so that a wave's padded prompt tokens stay within the budget.
std::vector<std::vector<std::size_t>> makeWaves(
    const std::vector<PromptInput>& prompts, std::vector<std::size_t> order, std::int64_t tokenBudget)
{
    std::sort(order.begin(), order.end());
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return prompts[a].ids.size() > prompts[b].ids.size(); });
    std::vector<std::vector<std::size_t>> waves;
    for (std::size_t p : order) {
        const bool fits = !waves.empty()
            && static_cast<std::int64_t>(
                   (waves.back().size() + 1) * (prompts[waves.back().front()].ids.size() - 1))
                <= tokenBudget;
        if (!fits)
            waves.emplace_back();
        waves.back().push_back(p);
    }
    return waves;
}

base::Result<model::Prefix> prefillWave(const model::Policy& policy, const std::vector<PromptInput>& prompts,
    const std::vector<std::size_t>& wave, const std::shared_ptr<const model::PackedWeights>& packed)
{
    std::vector<const PromptInput*> chosen;
    for (std::size_t p : wave)
        chosen.push_back(&prompts[p]);
    const batch::PaddedPrompts padded = batch::padPrompts(chosen);
    if (base::Status status = model::checkTokens(
            policy, padded.ids, padded.media.numTiles * policy.config.tokensPerTile(), padded.ids.size(1));
        !status)
        return base::within(
            status.error(), "rollout prompts from " + placeOf(prompts[wave.front()], wave.front()));
    at::Tensor features = padded.media.features;
    if (!features.defined() && padded.media.pixels.defined())
        features = model::imageFeatures(policy, padded.media.pixels.to(policy.device()));
    return model::prefillForSampling(
        policy, model::embed(policy, padded.ids.to(policy.device()), features), padded.lengths, packed);
}

// What the workers of one call share. Each writes the completions of its own prompts.
struct Rollout
{
    const model::Policy& policy;
    const std::vector<PromptInput>& prompts;
    const GenerateOptions& options; // of one worker
    // Null: computed with the policy's own. Shared: each wave's prefix holds it too.
    std::shared_ptr<const model::PackedWeights> packed;
    const std::stop_token& stop;
    const std::function<void(const GenerateProgress&)>& onProgress;
    std::vector<Completion> completions;
    std::mutex mutex; // progress
    GenerateProgress progress;
};

std::uint64_t numberOf(const GenerateOptions& options, std::size_t prompt)
{
    return options.promptNumbers.empty() ? options.firstPrompt + prompt : options.promptNumbers[prompt];
}

std::vector<Row> rowsOf(Rollout& rollout, const std::vector<std::size_t>& wave)
{
    const GenerateOptions& options = rollout.options;
    const auto samples = static_cast<std::size_t>(options.samplesPerPrompt);
    std::vector<Row> rows;
    for (std::size_t w = 0; w < wave.size(); ++w)
        for (std::size_t g = 0; g < samples; ++g)
            rows.push_back({ w, wave[w] * samples + g, &rollout.completions[wave[w] * samples + g],
                base::RandomStream(options.seed, "rollout",
                    { options.stage, options.step, numberOf(options, wave[w]),
                        static_cast<std::uint64_t>(options.firstSample) + g }),
                rollout.prompts[wave[w]].ids.back() });
    return rows;
}

base::Status generateShare(Rollout& rollout, const std::vector<std::size_t>& share)
{
    const at::NoGradGuard noGrad;
    const auto tick = [&](std::int64_t finished, std::int64_t tokens) {
        const std::lock_guard lock(rollout.mutex);
        rollout.progress.finishedRows += finished;
        rollout.progress.generatedTokens += tokens;
        if (rollout.onProgress)
            rollout.onProgress(rollout.progress);
    };
    for (const std::vector<std::size_t>& wave :
        makeWaves(rollout.prompts, share, rollout.options.prefixTokenBudget)) {
        if (rollout.stop.stop_requested())
            return base::stopped("rollout stopped on request");
        base::Result<model::Prefix> prefix
            = prefillWave(rollout.policy, rollout.prompts, wave, rollout.packed);
        if (!prefix)
            return prefix.error();
        WaveDecoder decoder(rollout.policy, *prefix, rollout.options);
        if (!decoder.run(rowsOf(rollout, wave), rollout.stop, tick))
            return base::stopped("rollout stopped on request");
    }
    return {};
}

// A prompt costs its own tokens and, unknown before, those of its samples.
std::vector<std::int64_t> costsOf(const std::vector<PromptInput>& prompts, const GenerateOptions& options)
{
    std::vector<std::int64_t> costs;
    for (const PromptInput& prompt : prompts)
        costs.push_back(
            static_cast<std::int64_t>(prompt.ids.size()) + options.samplesPerPrompt * options.maxNewTokens);
    return costs;
}

// Also a model beyond the caches: what reading its weights once for all rows would save is less than what
// threads lose by waiting for each other at each of a token's many short products.
int workersFor(const model::Policy& policy, std::size_t prompts)
{
    return std::clamp(
        device::workersFor(policy.device(), policy.numBytes()), 1, std::max(1, static_cast<int>(prompts)));
}

} // namespace

const char* finishName(Finish finish)
{
    return finish == Finish::Stop ? "stop" : "length";
}

base::Result<std::vector<Completion>> generate(const model::Policy& policy,
    const std::vector<PromptInput>& prompts, const GenerateOptions& options, std::stop_token stop,
    const std::function<void(const GenerateProgress&)>& onProgress)
{
    if (base::Status status = checkRequest(policy, prompts, options); !status)
        return status.error();
    const at::NoGradGuard noGrad;
    const auto packed = model::packWeights(policy);
    const int workers = workersFor(policy, prompts.size());
    GenerateOptions ofWorker = options;
    ofWorker.maxRows = std::max<std::int64_t>(1, options.maxRows / workers);
    ofWorker.prefixTokenBudget = options.prefixTokenBudget / workers;
    Rollout rollout { policy, prompts, ofWorker, packed, stop, onProgress, {}, {}, {} };
    rollout.completions.resize(prompts.size() * static_cast<std::size_t>(options.samplesPerPrompt));
    rollout.progress.totalRows = static_cast<std::int64_t>(rollout.completions.size());
    const auto shares = device::shareOut(costsOf(prompts, options), workers);
    std::vector<base::Status> ends(shares.size());
    try {
        device::runWorkers(workers, [&](int worker) {
            const auto w = static_cast<std::size_t>(worker);
            ends[w] = generateShare(rollout, shares[w]);
        });
    } catch (const std::exception& fault) {
        return base::failed(fmt::format("the rollout failed: {}", batch::faultText(fault)), "rollout");
    }
    for (const base::Status& end : ends)
        if (!end)
            return end.error();
    return std::move(rollout.completions);
}

} // namespace msrl::rollout
