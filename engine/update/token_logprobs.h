// SPDX-License-Identifier: GPL-3.0-or-later
// Log-probabilities of given tokens from hidden states, without ever holding [tokens, vocabulary] beyond one
// chunk of rows: the backward pass computes the logits of each chunk again.
//
// N tokens, D hidden size, V vocabulary.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace msrl::update {

struct TokenLogprobOptions
{
    double temperature = 1.0;
    bool entropy = false; // also the entropy of the distribution
    // Logits held at once, and the rows that are held at least: with few rows the products with the
    // vocabulary's matrix are bound by memory. The result does not depend on them.
    std::int64_t chunkElements = 1 << 18;
    std::int64_t leastRows = 256;
};

struct TokenLogprobs
{
    at::Tensor logprobs; // [N], float32 or float64; differentiable in hidden and weight
    at::Tensor entropy; // [N] when asked for, else undefined; differentiable
};

// z = hidden · weightᵀ / temperature; logprob = z[target] - logsumexp(z); entropy = logsumexp(z) - Σ p z.
// REQUIRES: hidden [N, D] and weight [V, D] of one floating type, targets [N] int64 in [0, V).
TokenLogprobs tokenLogprobs(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
    const TokenLogprobOptions& options = {});

// Σ weights · -logprob: cross-entropy of supervised training. weights [N] (0 where not counted). Scalar.
at::Tensor crossEntropy(
    const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets, const at::Tensor& weights);

} // namespace msrl::update
