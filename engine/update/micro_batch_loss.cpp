// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/micro_batch_loss.h"

#include "engine/model/forward.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones_like.h>

#include <fmt/format.h>

namespace msrl::update {

namespace {

using batch::MicroBatch;

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

// Hidden state before each target, [N, D].
base::Result<at::Tensor> hiddenOf(
    const model::Policy& policy, const MicroBatch& batch, model::Activations activations)
{
    const std::int64_t featureTokens = batch.media.numTiles * policy.config.tokensPerTile();
    if (base::Status status
        = model::checkTokens(policy, batch.rows.promptIds, featureTokens, batch.longestSequence());
        !status)
        return status.error();
    if (base::Status status = checkCompletionIds(policy, batch); !status)
        return status.error();
    at::Tensor features = batch.media.features;
    if (!features.defined() && batch.media.pixels.defined())
        features = model::imageFeatures(policy, batch.media.pixels.to(policy.device()), {}, activations);
    model::PackedRows rows = batch.rows;
    rows.promptIds = rows.promptIds.to(policy.device());
    rows.ids = rows.ids.to(policy.device());
    return model::forwardPacked(policy, rows, features, activations);
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

// The tokens' figures where and of the kind that the log-probabilities are.
struct TokenInputs
{
    at::Tensor weights;
    at::Tensor oldLogprobs;
    at::Tensor refLogprobs;
    at::Tensor advantages;
    at::Tensor sequenceLogRatios; // where the objective takes them
};

TokenInputs inputsOf(const MicroBatch& batch, const UpdateOptions& options, const BatchTotals& totals,
    const at::Tensor& hidden)
{
    const auto like = [&](const at::Tensor& values) {
        const at::ScalarType type = hidden.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
        return values.defined() ? values.to(hidden.device(), type) : at::Tensor();
    };
    return { like(packedWeights(batch, options.objective.aggregation, totals)), like(batch.oldLogprobs),
        like(batch.refLogprobs), like(batch.advantages), {} };
}

// A row's mean on each of its tokens. A row may lie in several of the head's chunks, so that its
// log-probabilities have to be known before the first loss.
at::Tensor meansOfRows(const at::Tensor& values, const std::vector<std::int64_t>& offsets)
{
    std::vector<at::Tensor> rows;
    for (std::size_t row = 0; row + 1 < offsets.size(); ++row) {
        const std::int64_t tokens = offsets[row + 1] - offsets[row];
        rows.push_back(values.narrow(0, offsets[row], tokens).mean().expand({ tokens }));
    }
    return at::cat(rows);
}

at::Tensor lossOfTokens(const TokenLogprobs& tokens, const TokenInputs& all, std::int64_t begin,
    const UpdateOptions& options, ObjectiveSums& sums)
{
    const auto part = [&](const at::Tensor& values) {
        return values.defined() ? values.narrow(0, begin, tokens.logprobs.size(0)) : values;
    };
    const at::Tensor weights = part(all.weights);
    at::Tensor loss;
    if (options.loss == LossKind::CrossEntropy) {
        loss = -(tokens.logprobs * weights).sum();
    } else {
        const ObjectiveInputs inputs { tokens.logprobs, part(all.oldLogprobs), part(all.refLogprobs),
            part(all.advantages), at::ones_like(tokens.logprobs.detach()), part(all.sequenceLogRatios) };
        loss = (tokenLosses(inputs, options.objective) * weights).sum();
        sums.add(objectiveSums(inputs, options.objective));
    }
    if (options.entropyWeight != 0.0)
        loss = loss - options.entropyWeight * (tokens.entropy * weights).sum();
    return loss;
}

} // namespace

base::Result<MicroBatchLoss> lossOf(const model::Policy& policy, const MicroBatch& batch,
    const UpdateOptions& options, const BatchTotals& totals)
{
    const base::Result<at::Tensor> hidden = hiddenOf(
        policy, batch, options.recompute ? model::Activations::Recompute : model::Activations::Keep);
    if (!hidden)
        return hidden.error();
    TokenLogprobOptions logprobs;
    logprobs.temperature = options.temperature;
    logprobs.entropy = options.measureEntropy || options.entropyWeight != 0.0;
    TokenInputs inputs = inputsOf(batch, options, totals, *hidden);
    const at::Tensor targets = batch.targets.to(policy.device());
    if (options.objective.ratioLevel == RatioLevel::Sequence && inputs.oldLogprobs.defined()) {
        const TokenLogprobs now = tokenLogprobs(
            hidden->detach(), policy.weights.head.detach(), targets, { .temperature = options.temperature });
        inputs.sequenceLogRatios = meansOfRows(now.logprobs - inputs.oldLogprobs, batch.rows.offsets);
    }
    MicroBatchLoss out;
    const auto tokenLoss = [&](const TokenLogprobs& tokens, std::int64_t begin) {
        return lossOfTokens(tokens, inputs, begin, options, out.sums);
    };
    HeadLoss head = headLoss(*hidden, policy.weights.head, targets, tokenLoss, logprobs);
    out.loss = std::move(head.loss);
    out.tokens = std::move(head.tokens);
    return out;
}

base::Result<TokenLogprobs> scoresOf(const model::Policy& policy, const MicroBatch& batch)
{
    const at::NoGradGuard noGrad;
    const base::Result<at::Tensor> hidden = hiddenOf(policy, batch, model::Activations::Keep);
    if (!hidden)
        return hidden.error();
    return tokenLogprobs(*hidden, policy.weights.head, batch.targets.to(policy.device()));
}

} // namespace msrl::update
