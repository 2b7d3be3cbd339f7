// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder's row-wise operations, differentiable, with the rounding of the reference implementation in low
// precision. float32 on the CPU takes fused kernels, everything else ATen operators.
#pragma once

#include "engine/model/config.h"
#include "engine/model/weights.h"

#include <ATen/core/Tensor.h>

namespace msrl::model {

// True for what kernels.h and attention_cpu.h handle.
bool hasKernels(const at::Tensor& x);

// x [...,D] / sqrt(mean(x^2) + eps), formed in float32 (float64 for float64), cast, then times weight.
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);

// gateUp [N,2I] -> silu(gate) * up [N,I]
at::Tensor gatedUnit(const at::Tensor& gateUp);

// The gradients of these two, for whoever forms them: gradient [...,D] or [N,I], the rest as above.
// REQUIRES: hasKernels(), dense.
struct NormGradients
{
    at::Tensor x;
    at::Tensor weight; // undefined unless wanted
};
NormGradients rmsNormGradients(
    const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight, double eps, bool wantsWeight);
at::Tensor gatedUnitGradient(const at::Tensor& gradient, const at::Tensor& gateUp);

// Query, key and value of N tokens, queries and keys normalised (Qwen3) and rotated by the tokens' positions:
// the pairs (i, i + hd/2) turn by the angles of cosines and sines [N,hd/2].
struct Heads
{
    at::Tensor q; // [N,H,hd]
    at::Tensor k; // [N,KV,hd]
    at::Tensor v; // [N,KV,hd]
};
struct Rotation
{
    at::Tensor cosines;
    at::Tensor sines;
};
// qkv [N,(H+2*KV)*hd]
Heads splitHeads(
    const at::Tensor& qkv, const TextLayerWeights& layer, const Rotation& rotation, const TextConfig& config);

} // namespace msrl::model
