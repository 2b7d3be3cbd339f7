// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rollout/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace msrl::rollout {

namespace {

// Ids of the candidates under top-k and top-p, most likely first; scratch.weights holds exp((z - max) /
// temperature).
void chooseCandidates(std::span<const float> logits, const SamplingOptions& options, SamplerScratch& scratch)
{
    const auto vocabulary = static_cast<std::int64_t>(logits.size());
    std::vector<std::int32_t>& order = scratch.order;
    order.resize(logits.size());
    std::iota(order.begin(), order.end(), 0);
    const auto likelier = [&](std::int32_t a, std::int32_t b) {
        const float za = logits[static_cast<std::size_t>(a)];
        const float zb = logits[static_cast<std::size_t>(b)];
        return za != zb ? za > zb : a < b;
    };
    if (options.topK > 0 && options.topK < vocabulary) {
        std::nth_element(order.begin(), order.begin() + (options.topK - 1), order.end(), likelier);
        order.resize(static_cast<std::size_t>(options.topK));
    }
    if (options.topP >= 1.0)
        return;
    double total = 0;
    for (std::int32_t id : order)
        total += scratch.weights[static_cast<std::size_t>(id)];
    std::sort(order.begin(), order.end(), likelier);
    double kept = 0;
    std::size_t count = 0;
    while (count < order.size() && (count == 0 || kept < options.topP * total))
        kept += scratch.weights[static_cast<std::size_t>(order[count++])];
    order.resize(count);
}

// The weights at that temperature, and their sum.
double weighAt(double temperature, std::span<const float> logits, float top, std::vector<float>& weights)
{
    // Finite, so that the likeliest token's weight stays 1 however low the temperature is.
    const auto inverse
        = static_cast<float>(std::min(1.0 / temperature, double { std::numeric_limits<float>::max() }));
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        weights[i] = std::exp((logits[i] - top) * inverse);
        sum += weights[i];
    }
    return sum;
}

} // namespace

base::Status validate(const SamplingOptions& options)
{
    if (!(options.temperature >= 0.0) || !std::isfinite(options.temperature))
        return base::badInput(
            fmt::format("a temperature of {}", options.temperature), "temperature", "use 0 or more");
    if (options.topK < 0)
        return base::badInput(
            fmt::format("top-k {}", options.topK), "top-k", "use 0 for all tokens, or more");
    if (!(options.topP > 0.0 && options.topP <= 1.0))
        return base::badInput(
            fmt::format("top-p {}", options.topP), "top-p", "use more than 0 and at most 1");
    return {};
}

double logSumExp(std::span<const float> logits)
{
    const float top = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (float z : logits)
        sum += std::exp(z - top);
    return static_cast<double>(top) + std::log(sum);
}

SampledToken sampleToken(
    std::span<const float> logits, const SamplingOptions& options, double u, SamplerScratch& scratch)
{
    const auto best = std::max_element(logits.begin(), logits.end());
    const float top = *best;
    std::vector<float>& weights = scratch.weights;
    weights.resize(logits.size());
    double sum = 0;
    double weighted = 0; // Σ e·(z - top)
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const float shifted = logits[i] - top;
        const float e = std::exp(shifted);
        weights[i] = e;
        sum += e;
        weighted += static_cast<double>(e) * shifted;
    }
    SampledToken token;
    const double logSum = std::log(sum);
    token.entropy = static_cast<float>(logSum - weighted / sum);
    const auto finish = [&](std::size_t id) {
        token.id = static_cast<std::int64_t>(id);
        token.logprob = static_cast<float>(static_cast<double>(logits[id] - top) - logSum);
        return token;
    };
    if (options.temperature == 0.0)
        return finish(static_cast<std::size_t>(best - logits.begin()));

    if (options.temperature != 1.0)
        sum = weighAt(options.temperature, logits, top, weights);
    if ((options.topK > 0 && options.topK < static_cast<std::int64_t>(logits.size())) || options.topP < 1.0) {
        chooseCandidates(logits, options, scratch);
        std::sort(scratch.order.begin(), scratch.order.end());
    } else {
        scratch.order.clear();
    }
    // Inverse of the cumulative distribution in id order.
    const bool all = scratch.order.empty();
    const std::size_t candidates = all ? logits.size() : scratch.order.size();
    const auto idOf = [&](std::size_t i) { return all ? i : static_cast<std::size_t>(scratch.order[i]); };
    if (!all) {
        sum = 0;
        for (std::int32_t id : scratch.order)
            sum += weights[static_cast<std::size_t>(id)];
    }
    const double goal = u * sum;
    double passed = 0;
    std::size_t chosen = idOf(0);
    for (std::size_t i = 0; i < candidates; ++i) {
        const float weight = weights[idOf(i)];
        if (weight <= 0.0F)
            continue;
        chosen = idOf(i);
        passed += weight;
        if (goal < passed)
            break;
    }
    token.sampledLogprob = static_cast<float>(std::log(weights[chosen] / sum));
    return finish(chosen);
}

float meanTopLogprob(std::span<const float> logits, std::int64_t k, SamplerScratch& scratch)
{
    std::vector<float>& values = scratch.weights;
    values.assign(logits.begin(), logits.end());
    const auto count
        = static_cast<std::size_t>(std::clamp<std::int64_t>(k, 1, static_cast<std::int64_t>(values.size())));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count - 1), values.end(),
        std::greater<>());
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += values[i];
    return static_cast<float>(sum / static_cast<double>(count) - logSumExp(logits));
}

} // namespace msrl::rollout
