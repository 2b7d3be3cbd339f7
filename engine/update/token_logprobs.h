// SPDX-License-Identifier: GPL-3.0-or-later
// From hidden states to log-probabilities of given tokens and to a loss of them, without ever holding
// [tokens, vocabulary] beyond one chunk of rows.
//
// N tokens, D hidden size, V vocabulary.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

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
    at::Tensor logprobs; // [N], float32 or float64, without gradient
    at::Tensor entropy; // [N] when asked for, else undefined
};

// z = hidden · weightᵀ / temperature; logprob = z[target] - logsumexp(z); entropy = logsumexp(z) - Σ p z.
// REQUIRES: hidden [N, D] and weight [V, D] of one floating type, targets [N] int64 in [0, V).
TokenLogprobs tokenLogprobs(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
    const TokenLogprobOptions& options = {});

// The loss of the tokens [begin, begin + n) from their log-probabilities [n] (and entropies [n] when asked
// for), a scalar made by differentiable operations. The loss of all tokens is the sum.
using TokenLoss = std::function<at::Tensor(const TokenLogprobs& tokens, std::int64_t begin)>;

struct HeadLoss
{
    at::Tensor loss; // scalar, differentiable in hidden and weight
    TokenLogprobs tokens; // what the loss was made of
};

// tokenLogprobs() and a loss of them. The gradient with respect to hidden and weight is made at once, while a
// chunk's logits are at hand, so that they are computed once; it costs their memory until backward.
HeadLoss headLoss(const at::Tensor& hidden, const at::Tensor& weight, const at::Tensor& targets,
    const TokenLoss& tokenLoss, const TokenLogprobOptions& options = {});

} // namespace msrl::update
