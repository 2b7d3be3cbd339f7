// SPDX-License-Identifier: GPL-3.0-or-later
// The policy-gradient objective of GRPO and its relatives, token by token. Plain tensor operations of any
// floating type, so that autograd gives the gradient.
//
// Shapes: B completions, n tokens each (padded; mask 1 on real tokens), or N tokens of all completions
// packed.
#pragma once

#include "core/base/result.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace msrl::update {

// k1 = logp - ref, k2 = (logp - ref)^2 / 2, k3 = exp(ref - logp) - (ref - logp) - 1.
enum class KlEstimator { K1, K2, K3 };

// How token losses become one number. Grpo: mean over completions of the token mean. Bnpo and Dapo: mean over
// all tokens of the step (the same here, because the totals are always those of the whole step). DrGrpo: sum
// divided by completions times the largest allowed length.
enum class Aggregation { Grpo, Bnpo, DrGrpo, Dapo };
const char* aggregationName(Aggregation aggregation);
std::optional<Aggregation> aggregationFromName(std::string_view name);
const char* klEstimatorName(KlEstimator estimator);
std::optional<KlEstimator> klEstimatorFromName(std::string_view name);

// Which log-ratio of trainer to sampler a token has: its own, or its completion's mean (GSPO, Zheng et al.,
// arXiv 2507.18071; the gradient still flows through each token).
enum class RatioLevel { Token, Sequence };
const char* ratioLevelName(RatioLevel level);
std::optional<RatioLevel> ratioLevelFromName(std::string_view name);

struct ObjectiveOptions
{
    double clipLow = 0.2; // ratio below 1 - clipLow is clipped
    double clipHigh = 0.2; // ratio above 1 + clipHigh is clipped
    std::optional<double> delta; // upper bound of the ratio in the unclipped term
    RatioLevel ratioLevel = RatioLevel::Token;
    // Truncated importance sampling: the ratio is 1 and the loss is weighted with min(its value, this),
    // without gradient. Right where a rollout serves one step, so that the ratio is nothing but sampler
    // against trainer.
    std::optional<double> importanceCap;
    std::optional<double> dualClip; // for negative advantages the loss is at most -dualClip * A
    double klWeight = 0.0; // beta
    KlEstimator klEstimator = KlEstimator::K3;
    // Bound on |log ratio| before exp, for the ratio and for the KL.
    std::optional<double> logRatioClamp = 20.0;
    Aggregation aggregation = Aggregation::Grpo;
};

base::Status validate(const ObjectiveOptions& options);

struct ObjectiveInputs
{
    at::Tensor logprobs; // [B, n] or [N], carries the gradient
    // The same shape, of the policy that sampled; undefined: logprobs detached (ratio 1).
    at::Tensor oldLogprobs;
    at::Tensor refLogprobs; // the same shape, needed when klWeight > 0
    at::Tensor advantages; // [B] for [B, n]; [N] (the completion's on each token) for [N]
    at::Tensor mask; // the shape of logprobs
    // The shape of logprobs, without gradient; needed for RatioLevel::Sequence when there are oldLogprobs.
    at::Tensor sequenceLogRatios = {};
};

// logprobs - oldLogprobs, the mean over a row's unmasked tokens on each of them. [B, n]
at::Tensor sequenceLogRatios(
    const at::Tensor& logprobs, const at::Tensor& oldLogprobs, const at::Tensor& mask);

// The shape of logprobs, before masking.
at::Tensor tokenLosses(const ObjectiveInputs& inputs, const ObjectiveOptions& options);

at::Tensor klEstimates(const at::Tensor& logprobs, const at::Tensor& refLogprobs, KlEstimator estimator,
    std::optional<double> logRatioClamp);

// What the loss is divided by. Always the figures of the whole optimiser step, over all micro-batches (and
// ranks): this makes gradient accumulation exact.
struct BatchTotals
{
    std::int64_t completions = 0;
    std::int64_t tokens = 0; // unmasked
    std::int64_t maxCompletionLength = 0; // only DrGrpo
};

// [B, n]: weight of every token, 0 where masked. loss = (tokenLosses * weights).sum(), summed over
// micro-batches.
at::Tensor tokenWeights(const at::Tensor& mask, Aggregation aggregation, const BatchTotals& totals);

// Sums over unmasked tokens (no gradient), to be added up over micro-batches and divided at the end.
struct ObjectiveSums
{
    double tokens = 0;
    double clippedLow = 0; // ratio < 1 - clipLow with A < 0
    double clippedHigh = 0; // ratio > 1 + clipHigh with A > 0
    double ratio = 0;
    double kl = 0; // k3 against the reference, clamped log-ratio
    double klTokens = 0;
    double logprobDiff = 0; // |logp - old|
    double logprobDiffMax = 0; // a maximum, not a sum
    double logprobDiffK3 = 0; // k3 of old against logp

    void add(const ObjectiveSums& other);
};
ObjectiveSums objectiveSums(const ObjectiveInputs& inputs, const ObjectiveOptions& options);

} // namespace msrl::update
