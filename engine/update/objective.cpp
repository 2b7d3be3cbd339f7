// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/objective.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/where.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace msrl::update {

namespace {

at::Tensor clamped(const at::Tensor& logRatio, std::optional<double> bound)
{
    return bound ? at::clamp(logRatio, -*bound, *bound) : logRatio;
}

at::Tensor oldOrDetached(const ObjectiveInputs& inputs)
{
    return inputs.oldLogprobs.defined() ? inputs.oldLogprobs : inputs.logprobs.detach();
}

// Of trainer against sampler, without gradient.
at::Tensor offPolicyLogRatios(const ObjectiveInputs& inputs, const ObjectiveOptions& options)
{
    if (options.ratioLevel == RatioLevel::Sequence && inputs.sequenceLogRatios.defined())
        return clamped(inputs.sequenceLogRatios, options.logRatioClamp);
    return clamped(inputs.logprobs.detach() - oldOrDetached(inputs), options.logRatioClamp);
}

// What the objective clips, with the gradient of log p.
at::Tensor ratiosOf(const ObjectiveInputs& inputs, const ObjectiveOptions& options)
{
    const bool own = options.ratioLevel == RatioLevel::Token && !options.importanceCap;
    if (own)
        return clamped(inputs.logprobs - oldOrDetached(inputs), options.logRatioClamp).exp();
    const at::Tensor change = inputs.logprobs - inputs.logprobs.detach(); // 0, with a gradient
    return options.importanceCap ? change.exp() : (offPolicyLogRatios(inputs, options) + change).exp();
}

// One advantage per token, by broadcasting.
at::Tensor tokenAdvantages(const ObjectiveInputs& inputs)
{
    return inputs.logprobs.dim() == 2 ? inputs.advantages.unsqueeze(1) : inputs.advantages;
}

} // namespace

const char* aggregationName(Aggregation aggregation)
{
    switch (aggregation) {
    case Aggregation::Grpo:
        return "grpo";
    case Aggregation::Bnpo:
        return "bnpo";
    case Aggregation::DrGrpo:
        return "dr_grpo";
    case Aggregation::Dapo:
        return "dapo";
    }
    return "";
}

std::optional<Aggregation> aggregationFromName(std::string_view name)
{
    for (Aggregation one : { Aggregation::Grpo, Aggregation::Bnpo, Aggregation::DrGrpo, Aggregation::Dapo })
        if (name == aggregationName(one))
            return one;
    return std::nullopt;
}

const char* klEstimatorName(KlEstimator estimator)
{
    switch (estimator) {
    case KlEstimator::K1:
        return "k1";
    case KlEstimator::K2:
        return "k2";
    case KlEstimator::K3:
        return "k3";
    }
    return "";
}

std::optional<KlEstimator> klEstimatorFromName(std::string_view name)
{
    for (KlEstimator one : { KlEstimator::K1, KlEstimator::K2, KlEstimator::K3 })
        if (name == klEstimatorName(one))
            return one;
    return std::nullopt;
}

const char* ratioLevelName(RatioLevel level)
{
    return level == RatioLevel::Token ? "token" : "sequence";
}

std::optional<RatioLevel> ratioLevelFromName(std::string_view name)
{
    for (RatioLevel one : { RatioLevel::Token, RatioLevel::Sequence })
        if (name == ratioLevelName(one))
            return one;
    return std::nullopt;
}

base::Status validate(const ObjectiveOptions& options)
{
    if (!(options.clipLow >= 0.0 && options.clipLow <= 1.0))
        return base::badInput(fmt::format("a lower clip of {}", options.clipLow), "clip low", "use 0 to 1");
    if (!(options.clipHigh >= 0.0) || !std::isfinite(options.clipHigh))
        return base::badInput(
            fmt::format("an upper clip of {}", options.clipHigh), "clip high", "use 0 or more");
    if (options.delta && !(*options.delta > 0.0))
        return base::badInput(fmt::format("a ratio bound of {}", *options.delta), "delta", "use more than 0");
    if (options.importanceCap && !(*options.importanceCap > 0.0))
        return base::badInput(fmt::format("an importance cap of {}", *options.importanceCap),
            "importance cap", "use more than 0");
    if (options.dualClip && !(*options.dualClip > 1.0))
        return base::badInput(
            fmt::format("a dual clip of {}", *options.dualClip), "dual clip", "use more than 1");
    if (!(options.klWeight >= 0.0) || !std::isfinite(options.klWeight))
        return base::badInput(
            fmt::format("a KL weight of {}", options.klWeight), "KL weight", "use 0 or more");
    if (options.logRatioClamp && !(*options.logRatioClamp > 0.0))
        return base::badInput(fmt::format("a log-ratio bound of {}", *options.logRatioClamp),
            "log-ratio clamp", "use more than 0");
    return {};
}

at::Tensor klEstimates(const at::Tensor& logprobs, const at::Tensor& refLogprobs, KlEstimator estimator,
    std::optional<double> logRatioClamp)
{
    switch (estimator) {
    case KlEstimator::K1:
        return logprobs - refLogprobs;
    case KlEstimator::K2: {
        const at::Tensor difference = logprobs - refLogprobs;
        return 0.5 * difference * difference;
    }
    case KlEstimator::K3:
        break;
    }
    const at::Tensor difference = clamped(refLogprobs - logprobs, logRatioClamp);
    return difference.exp() - difference - 1.0;
}

at::Tensor tokenLosses(const ObjectiveInputs& inputs, const ObjectiveOptions& options)
{
    const at::Tensor ratio = ratiosOf(inputs, options);
    const at::Tensor advantages = tokenAdvantages(inputs);
    const at::Tensor bounded = options.delta ? at::clamp(ratio, std::nullopt, *options.delta) : ratio;
    const at::Tensor clipped = at::clamp(ratio, 1.0 - options.clipLow, 1.0 + options.clipHigh);
    at::Tensor loss = -at::minimum(bounded * advantages, clipped * advantages);
    if (options.dualClip)
        loss = at::where(advantages < 0, at::minimum(loss, -*options.dualClip * advantages), loss);
    if (options.importanceCap)
        loss = loss * offPolicyLogRatios(inputs, options).exp().clamp_max(*options.importanceCap);
    if (options.klWeight > 0.0)
        loss = loss
            + options.klWeight
                * klEstimates(
                    inputs.logprobs, inputs.refLogprobs, options.klEstimator, options.logRatioClamp);
    return loss;
}

at::Tensor sequenceLogRatios(
    const at::Tensor& logprobs, const at::Tensor& oldLogprobs, const at::Tensor& mask)
{
    const at::NoGradGuard noGrad;
    const at::Tensor sums = ((logprobs - oldLogprobs) * mask).sum(1, true);
    return (sums / mask.sum(1, true).clamp_min(1.0)).expand_as(logprobs);
}

at::Tensor tokenWeights(const at::Tensor& mask, Aggregation aggregation, const BatchTotals& totals)
{
    const double completions = static_cast<double>(std::max<std::int64_t>(1, totals.completions));
    switch (aggregation) {
    case Aggregation::Grpo:
        return mask / (mask.sum(1, true).clamp_min(1.0) * completions);
    case Aggregation::Bnpo:
    case Aggregation::Dapo:
        return mask / static_cast<double>(std::max<std::int64_t>(1, totals.tokens));
    case Aggregation::DrGrpo:
        return mask
            / (completions * static_cast<double>(std::max<std::int64_t>(1, totals.maxCompletionLength)));
    }
    return mask;
}

void ObjectiveSums::add(const ObjectiveSums& other)
{
    tokens += other.tokens;
    clippedLow += other.clippedLow;
    clippedHigh += other.clippedHigh;
    ratio += other.ratio;
    kl += other.kl;
    klTokens += other.klTokens;
    logprobDiff += other.logprobDiff;
    logprobDiffMax = std::max(logprobDiffMax, other.logprobDiffMax);
    logprobDiffK3 += other.logprobDiffK3;
}

ObjectiveSums objectiveSums(const ObjectiveInputs& inputs, const ObjectiveOptions& options)
{
    const at::NoGradGuard noGrad;
    const at::Tensor logprobs = inputs.logprobs.detach();
    const at::Tensor mask = inputs.mask;
    const at::Tensor difference = clamped(logprobs - oldOrDetached(inputs), options.logRatioClamp);
    const at::Tensor ratio = ratiosOf(inputs, options);
    const at::Tensor advantages = tokenAdvantages(inputs);
    const at::Tensor low = (ratio < 1.0 - options.clipLow).logical_and(advantages < 0).to(mask.scalar_type());
    const at::Tensor high
        = (ratio > 1.0 + options.clipHigh).logical_and(advantages > 0).to(mask.scalar_type());
    const at::Tensor distance = difference.abs() * mask;
    // One transfer for all figures.
    std::vector<at::Tensor> figures = { mask.sum(), (low * mask).sum(), (high * mask).sum(),
        (ratio * mask).sum(), distance.sum(), distance.numel() > 0 ? distance.max() : distance.sum(),
        // log-ratio of the sampler against the trainer, as k3 takes it
        (((-difference).exp() + difference - 1.0) * mask).sum() };
    if (inputs.refLogprobs.defined())
        figures.push_back(
            (klEstimates(logprobs, inputs.refLogprobs, KlEstimator::K3, options.logRatioClamp) * mask).sum());
    const at::Tensor values = at::stack(figures).to(at::kDouble).cpu();
    const double* value = values.const_data_ptr<double>();
    ObjectiveSums sums;
    sums.tokens = value[0];
    sums.clippedLow = value[1];
    sums.clippedHigh = value[2];
    sums.ratio = value[3];
    sums.logprobDiff = value[4];
    sums.logprobDiffMax = value[5];
    sums.logprobDiffK3 = value[6];
    if (inputs.refLogprobs.defined()) {
        sums.kl = value[7];
        sums.klTokens = value[0];
    }
    return sums;
}

} // namespace msrl::update
