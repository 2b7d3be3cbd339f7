// SPDX-License-Identifier: GPL-3.0-or-later
// One token from one row of logits, on the CPU in one or two passes.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <vector>

namespace msrl::rollout {

struct SamplingOptions
{
    double temperature = 1.0; // 0: greedy, the lowest id among equals
    std::int64_t topK = 0; // keep the K most likely tokens (ties by lower id); 0: all
    // Then keep the smallest set of most likely tokens that holds at least this probability.
    double topP = 1.0;
};

// BadInput: a temperature that is negative or infinite, a negative topK, a topP that is not in (0, 1].
base::Status validate(const SamplingOptions& options);

struct SampledToken
{
    std::int64_t id = 0;
    float logprob = 0; // under the raw distribution: temperature 1, nothing cut off
    float sampledLogprob = 0; // under the distribution that was sampled from; 0 when greedy
    float entropy = 0; // of the raw distribution
};

// Working memory of one thread.
struct SamplerScratch
{
    std::vector<float> weights;
    std::vector<std::int32_t> order;
};

// u in [0, 1) picks the token by the inverse of the cumulative distribution in id order, so the same u and
// the same logits always give the same token. REQUIRES: at least one logit.
SampledToken sampleToken(
    std::span<const float> logits, const SamplingOptions& options, double u, SamplerScratch& scratch);

// Mean log-probability of the k most likely tokens (raw distribution): what windowed group confidence is made
// from.
float meanTopLogprob(std::span<const float> logits, std::int64_t k, SamplerScratch& scratch);

// log Σ exp.
double logSumExp(std::span<const float> logits);

} // namespace msrl::rollout
