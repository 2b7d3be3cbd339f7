// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/policy_update.h"

#include "engine/batch/fault_text.h"
#include "engine/model/forward.h"
#include "engine/update/token_logprobs.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <fmt/format.h>

#include <cmath>

namespace msrl::update {

namespace {

using batch::Group;
using batch::MicroBatch;
using batch::PromptInput;

// A policy may write any token, also the image placeholder: only the range is checked.
base::Status checkCompletionIds(const model::Policy& policy, const MicroBatch& batch)
{
    const auto smallest = batch.targets.min().item<std::int64_t>();
    const auto largest = batch.targets.max().item<std::int64_t>();
    if (smallest >= 0 && largest < policy.config.text.vocabulary)
        return {};
    return base::badInput(fmt::format("token id {} is outside the vocabulary of {}",
                              smallest < 0 ? smallest : largest, policy.config.text.vocabulary),
        "completion", "the tokenizer does not belong to this model");
}

bool learnsFromZeroAdvantage(const UpdateOptions& options)
{
    return options.loss == LossKind::CrossEntropy || options.objective.klWeight > 0.0
        || options.entropyWeight != 0.0;
}

// Weight of every token of a packed micro-batch, [N]: tokenWeights() for rows without padding.
at::Tensor packedWeights(const MicroBatch& batch, Aggregation aggregation, const BatchTotals& totals)
{
    const auto completions = static_cast<double>(std::max<std::int64_t>(1, totals.completions));
    const auto tokens = static_cast<double>(std::max<std::int64_t>(1, totals.tokens));
    const auto longest = static_cast<double>(std::max<std::int64_t>(1, totals.maxCompletionLength));
    at::Tensor weights = batch.weights.clone();
    float* weight = weights.mutable_data_ptr<float>();
    for (std::size_t row = 0; row + 1 < batch.rows.offsets.size(); ++row) {
        const std::int64_t begin = batch.rows.offsets[row];
        const std::int64_t end = batch.rows.offsets[row + 1];
        double divisor = tokens;
        if (aggregation == Aggregation::Grpo)
            divisor = completions * static_cast<double>(end - begin);
        else if (aggregation == Aggregation::DrGrpo)
            divisor = completions * longest;
        for (std::int64_t i = begin; i < end; ++i)
            weight[i] = static_cast<float>(weight[i] / divisor);
    }
    return weights;
}

struct LossParts
{
    at::Tensor loss; // scalar with gradient
    ObjectiveSums sums;
};

LossParts lossOf(const MicroBatch& batch, const MicroBatchForward& forward, const UpdateOptions& options,
    const BatchTotals& totals)
{
    const auto like = [&](const at::Tensor& values) {
        return values.defined() ? values.to(forward.logprobs.options()) : at::Tensor();
    };
    const at::Tensor weights = like(packedWeights(batch, options.objective.aggregation, totals));
    LossParts parts;
    if (options.loss == LossKind::CrossEntropy) {
        parts.loss = -(forward.logprobs * weights).sum();
    } else {
        ObjectiveInputs inputs { forward.logprobs, like(batch.oldLogprobs), like(batch.refLogprobs),
            like(batch.advantages), at::ones_like(forward.logprobs.detach()) };
        parts.loss = (tokenLosses(inputs, options.objective) * weights).sum();
        parts.sums = objectiveSums(inputs, options.objective);
    }
    if (options.entropyWeight != 0.0)
        parts.loss = parts.loss - options.entropyWeight * (forward.entropy * weights).sum();
    return parts;
}

base::Result<std::vector<MicroBatch>> microBatchesFor(
    const std::vector<Group>& groups, const UpdateOptions& options)
{
    if (base::Status status = validate(options); !status)
        return status.error();
    if (options.loss == LossKind::PolicyGradient && options.objective.klWeight > 0.0)
        for (const Group& group : groups)
            for (const batch::CompletionInput& completion : group.completions)
                if (completion.refLogprobs.empty())
                    return base::badInput(
                        "no log-probabilities of the reference policy, but the KL weight is not zero",
                        "sample " + group.prompt.id);
    return batch::makeMicroBatches(groups, { options.tokenBudget, !learnsFromZeroAdvantage(options) });
}

} // namespace

base::Status validate(const UpdateOptions& options)
{
    if (base::Status status = validate(options.objective); !status)
        return status;
    if (!(options.temperature > 0.0))
        return base::badInput(fmt::format("a temperature of {} for training", options.temperature),
            "temperature", "use more than 0");
    if (options.tokenBudget < 1)
        return base::badInput(fmt::format("a token budget of {}", options.tokenBudget), "token budget");
    if (options.objective.aggregation == Aggregation::DrGrpo && options.maxCompletionLength < 1)
        return base::badInput("dr_grpo without the largest completion length", "aggregation");
    return {};
}

BatchTotals totalsOf(const std::vector<Group>& groups, std::int64_t maxCompletionLength)
{
    BatchTotals totals;
    totals.maxCompletionLength = maxCompletionLength;
    for (const Group& group : groups)
        for (const batch::CompletionInput& completion : group.completions) {
            ++totals.completions;
            totals.tokens += static_cast<std::int64_t>(completion.ids.size());
        }
    return totals;
}

base::Result<MicroBatchForward> forwardMicroBatch(
    const model::Policy& policy, const MicroBatch& batch, double temperature, bool entropy)
{
    const std::int64_t featureTokens = batch.numTiles * policy.config.tokensPerTile();
    if (base::Status status
        = model::checkTokens(policy, batch.promptIds, featureTokens, batch.promptIds.size(1));
        !status)
        return status.error();
    if (base::Status status = checkCompletionIds(policy, batch); !status)
        return status.error();
    at::Tensor features = batch.features;
    if (!features.defined() && batch.pixels.defined())
        features = model::imageFeatures(policy, batch.pixels.to(policy.device()));
    const at::Tensor embeds = model::embed(policy, batch.promptIds.to(policy.device()), features);
    const model::Prefix prefix = model::prefill(policy, embeds, batch.promptLengths);
    const at::Tensor hidden = model::extendPacked(policy, prefix, batch.rows);
    TokenLogprobOptions logprobOptions;
    logprobOptions.temperature = temperature;
    logprobOptions.entropy = entropy;
    const TokenLogprobs result
        = tokenLogprobs(hidden, policy.weights.head, batch.targets.to(policy.device()), logprobOptions);
    return MicroBatchForward { result.logprobs, result.entropy };
}

base::Result<UpdateMetrics> accumulateGradients(model::Policy& policy, const std::vector<Group>& groups,
    const UpdateOptions& options, std::stop_token stop)
{
    base::Result<std::vector<MicroBatch>> batches = microBatchesFor(groups, options);
    if (!batches)
        return batches.error();
    const BatchTotals totals = totalsOf(groups, options.maxCompletionLength);
    const bool entropy = options.measureEntropy || options.entropyWeight != 0.0;
    UpdateMetrics metrics;
    metrics.microBatches = static_cast<std::int64_t>(batches->size());
    double entropySum = 0;
    double logprobSum = 0;
    try {
        for (const MicroBatch& batch : *batches) {
            if (stop.stop_requested())
                return base::stopped("update stopped on request");
            const at::AutoGradMode gradients(true);
            base::Result<MicroBatchForward> forward
                = forwardMicroBatch(policy, batch, options.temperature, entropy);
            if (!forward)
                return forward.error();
            const LossParts parts = lossOf(batch, *forward, options, totals);
            if (parts.loss.requires_grad())
                parts.loss.backward();
            metrics.loss += parts.loss.item().toDouble();
            metrics.sums.add(parts.sums);
            logprobSum += forward->logprobs.detach().sum().item().toDouble();
            if (entropy)
                entropySum += forward->entropy.detach().sum().item().toDouble();
            metrics.completionTokens += batch.numRowTokens();
            for (std::int64_t length : batch.promptLengths)
                metrics.promptTokens += length;
        }
    } catch (const std::exception& fault) {
        return base::failed(fmt::format("forward or backward failed: {}", batch::faultText(fault)), "update");
    }
    metrics.skippedTokens = totals.tokens - metrics.completionTokens;
    const auto tokens = static_cast<double>(std::max<std::int64_t>(1, metrics.completionTokens));
    metrics.meanLogprob = logprobSum / tokens;
    metrics.entropy = entropySum / tokens;
    return metrics;
}

base::Result<UpdateMetrics> trainStep(model::Policy& policy, Adam& adam, const std::vector<Group>& groups,
    const UpdateOptions& options, double lrFactor, std::stop_token stop)
{
    adam.zeroGrad();
    base::Result<UpdateMetrics> metrics = accumulateGradients(policy, groups, options, stop);
    if (metrics && std::isfinite(metrics->loss)) {
        try {
            metrics->step = adam.step(lrFactor);
        } catch (const std::exception& fault) {
            adam.zeroGrad();
            return base::failed(fmt::format("the optimiser failed: {}", batch::faultText(fault)), "update");
        }
    } else if (metrics) {
        metrics->step.skipped = true;
        metrics->step.offender = "the loss";
    }
    adam.zeroGrad();
    return metrics;
}

base::Result<std::vector<std::vector<std::vector<float>>>> scoreCompletions(const model::Policy& policy,
    const std::vector<Group>& groups, std::int64_t tokenBudget, std::stop_token stop)
{
    base::Result<std::vector<MicroBatch>> batches = batch::makeMicroBatches(groups, { tokenBudget, false });
    if (!batches)
        return batches.error();
    std::vector<std::vector<std::vector<float>>> scores(groups.size());
    for (std::size_t g = 0; g < groups.size(); ++g)
        scores[g].resize(groups[g].completions.size());
    const at::NoGradGuard noGrad;
    try {
        for (const MicroBatch& batch : *batches) {
            if (stop.stop_requested())
                return base::stopped("scoring stopped on request");
            base::Result<MicroBatchForward> forward = forwardMicroBatch(policy, batch, 1.0, false);
            if (!forward)
                return forward.error();
            const at::Tensor values = forward->logprobs.to(at::kCPU, at::kFloat).contiguous();
            const float* value = values.const_data_ptr<float>();
            for (std::size_t row = 0; row < batch.origins.size(); ++row)
                scores[batch.origins[row].group][batch.origins[row].completion].assign(
                    value + batch.rows.offsets[row], value + batch.rows.offsets[row + 1]);
        }
    } catch (const std::exception& fault) {
        return base::failed(fmt::format("scoring failed: {}", batch::faultText(fault)), "update");
    }
    return scores;
}

base::Status attachReference(const model::Policy& reference, std::vector<Group>& groups,
    std::int64_t tokenBudget, std::stop_token stop)
{
    auto scores = scoreCompletions(reference, groups, tokenBudget, stop);
    if (!scores)
        return scores.error();
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t c = 0; c < groups[g].completions.size(); ++c)
            groups[g].completions[c].refLogprobs = std::move((*scores)[g][c]);
    return {};
}

base::Status attachFeatures(const model::Policy& policy, const std::vector<PromptInput*>& prompts,
    std::int64_t tilesAtOnce, std::stop_token stop)
{
    const at::NoGradGuard noGrad;
    std::vector<PromptInput*> open;
    std::vector<at::Tensor> pixels;
    std::int64_t tiles = 0;
    const auto flush = [&] {
        if (open.empty())
            return;
        const at::Tensor features = model::imageFeatures(policy, at::cat(pixels).to(policy.device()));
        std::int64_t begin = 0;
        for (PromptInput* prompt : open) {
            prompt->features = features.narrow(0, begin, prompt->pixels.size(0)).clone();
            begin += prompt->pixels.size(0);
        }
        open.clear();
        pixels.clear();
        tiles = 0;
    };
    try {
        for (PromptInput* prompt : prompts) {
            if (!prompt->pixels.defined() || prompt->pixels.size(0) == 0 || prompt->features.defined())
                continue;
            if (stop.stop_requested())
                return base::stopped("image features stopped on request");
            open.push_back(prompt);
            pixels.push_back(prompt->pixels);
            tiles += prompt->pixels.size(0);
            if (tiles >= tilesAtOnce)
                flush();
        }
        flush();
    } catch (const std::exception& fault) {
        return base::failed(
            fmt::format("image features failed: {}", batch::faultText(fault)), "vision tower");
    }
    return {};
}

} // namespace msrl::update
