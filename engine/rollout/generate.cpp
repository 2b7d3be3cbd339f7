// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rollout/generate.h"

#include "core/base/random.h"
#include "engine/batch/fault_text.h"
#include "engine/device/workers.h"
#include "engine/model/forward.h"
#include "engine/model/suffix_cache.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <numeric>

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

// One row in the making.
struct Row
{
    std::size_t prompt = 0; // in the wave
    std::size_t number = 0; // among the completions
    Completion* out = nullptr;
    base::RandomStream random;
    std::int64_t next = 0; // the token to feed
    double entropySum = 0;
};

// Decodes the rows of one wave of prompts.
class WaveDecoder
{
public:
    WaveDecoder(const model::Policy& policy, const model::Prefix& prefix, const GenerateOptions& options)
        : m_policy(policy)
        , m_prefix(prefix)
        , m_options(options)
    {
    }

    // Takes the rows in order; returns false when stopped.
    bool run(std::vector<Row> rows, const std::stop_token& stop,
        const std::function<void(std::int64_t, std::int64_t)>& tick)
    {
        m_rows = std::move(rows);
        const std::size_t slots = std::min(m_rows.size(), static_cast<std::size_t>(m_options.maxRows));
        m_active.resize(slots);
        std::iota(m_active.begin(), m_active.end(), std::size_t { 0 });
        m_waiting = slots;
        std::vector<std::int64_t> prompts;
        for (std::size_t slot : m_active)
            prompts.push_back(static_cast<std::int64_t>(m_rows[slot].prompt));
        model::SuffixCache cache(m_policy.config.text, prompts,
            std::min<std::int64_t>(64, m_options.maxNewTokens),
            at::TensorOptions().dtype(m_policy.dtype()).device(m_policy.device()));
        while (!m_active.empty()) {
            if (stop.stop_requested())
                return false;
            const at::Tensor logits = decode(cache);
            sampleAll(logits);
            const std::int64_t finished = settle(cache);
            tick(finished, logits.size(0));
        }
        return true;
    }

private:
    at::Tensor decode(model::SuffixCache& cache)
    {
        const auto count = static_cast<std::int64_t>(m_active.size());
        at::Tensor ids = at::empty({ count, 1 }, at::TensorOptions().dtype(at::kLong));
        std::int64_t* id = ids.mutable_data_ptr<std::int64_t>();
        for (std::size_t slot = 0; slot < m_active.size(); ++slot)
            id[slot] = m_rows[m_active[slot]].next;
        cache.reserve(1);
        const at::Tensor hidden = model::extend(m_policy, m_prefix, ids.to(m_policy.device()), &cache);
        return model::logits(m_policy, m_prefix, hidden.squeeze(1)).to(at::kCPU, at::kFloat).contiguous();
    }

    void sampleAll(const at::Tensor& logits)
    {
        const float* values = logits.const_data_ptr<float>();
        const auto vocabulary = static_cast<std::size_t>(logits.size(1));
        m_finished.assign(m_active.size(), 0);
        at::parallel_for(0, logits.size(0), 16, [&](std::int64_t begin, std::int64_t end) {
            SamplerScratch scratch;
            for (std::int64_t slot = begin; slot < end; ++slot) {
                const auto s = static_cast<std::size_t>(slot);
                m_finished[s]
                    = takeToken(m_rows[m_active[s]], { values + s * vocabulary, vocabulary }, scratch) ? 1
                                                                                                       : 0;
            }
        });
    }

    // Draws one token of the row; true when the row ends with it.
    bool takeToken(Row& row, std::span<const float> logits, SamplerScratch& scratch) const
    {
        const SampledToken token = sampleToken(logits, m_options.sampling, row.random.uniform(), scratch);
        Completion& out = *row.out;
        out.ids.push_back(token.id);
        out.logprobs.push_back(token.logprob);
        out.entropies.push_back(token.entropy);
        row.entropySum += token.entropy;
        row.next = token.id;
        if (m_options.topLogprobs > 0)
            out.topLogprobs.push_back(meanTopLogprob(logits, m_options.topLogprobs, scratch));
        if (!m_options.watchedIds.empty()) {
            const double total = logSumExp(logits);
            for (std::int64_t id : m_options.watchedIds)
                out.watchedLogprobs.push_back(
                    static_cast<float>(static_cast<double>(logits[static_cast<std::size_t>(id)]) - total));
        }
        const bool stopped = std::find(m_options.stopIds.begin(), m_options.stopIds.end(), token.id)
                != m_options.stopIds.end()
            || (m_options.isFinished && m_options.isFinished(out.ids));
        std::optional<Finish> end;
        if (stopped || static_cast<std::int64_t>(out.ids.size()) >= m_options.maxNewTokens)
            end = stopped ? Finish::Stop : Finish::Length;
        if (m_options.onToken && !m_options.onToken(row.number, out, end) && !end)
            end = Finish::Stop;
        if (!end)
            return false;
        out.finish = *end;
        out.meanEntropy = row.entropySum / static_cast<double>(out.ids.size());
        return true;
    }

    // Gives the places of finished rows to waiting ones, or drops them. Returns how many finished.
    std::int64_t settle(model::SuffixCache& cache)
    {
        std::int64_t finished = 0;
        std::vector<std::int64_t> keep;
        std::vector<std::size_t> active;
        for (std::size_t slot = 0; slot < m_active.size(); ++slot) {
            if (m_finished[slot] != 0) {
                ++finished;
                if (m_waiting == m_rows.size())
                    continue;
                m_active[slot] = m_waiting++;
                cache.restart(static_cast<std::int64_t>(slot),
                    static_cast<std::int64_t>(m_rows[m_active[slot]].prompt));
            }
            keep.push_back(static_cast<std::int64_t>(slot));
            active.push_back(m_active[slot]);
        }
        if (finished == 0)
            return 0;
        // Rows of one prompt side by side share its keys while these are in the cache of the processor.
        std::vector<std::size_t> order(keep.size());
        std::iota(order.begin(), order.end(), std::size_t { 0 });
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return m_rows[active[a]].prompt < m_rows[active[b]].prompt;
        });
        std::vector<std::int64_t> slots(keep.size());
        m_active.resize(keep.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            slots[i] = keep[order[i]];
            m_active[i] = active[order[i]];
        }
        cache.select(slots);
        return finished;
    }

    const model::Policy& m_policy;
    const model::Prefix& m_prefix;
    const GenerateOptions& m_options;
    std::vector<Row> m_rows; // all rows of the wave
    std::vector<std::size_t> m_active; // slot -> row
    std::vector<char> m_finished; // slot -> ended in this step
    std::size_t m_waiting = 0; // the next row without a slot
};

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
