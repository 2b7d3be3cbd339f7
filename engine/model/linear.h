// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder's products with its weights, differentiable with respect to each parameter. An input that is a
// row-wise function of what is kept anyway is formed again in backward: it costs a pass over memory, and kept
// such inputs would be a quarter of all activations.
#pragma once

#include "engine/model/weights.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace msrl::model {

// x [...,in] -> [..., all rows of the block], the parts side by side.
at::Tensor blockLinear(
    const at::Tensor& x, const LinearWeights& block, const std::vector<LinearWeights>& parts);

// The same of x [N,in] normalised (rmsNorm).
at::Tensor normedLinear(const at::Tensor& x, const at::Tensor& norm, double eps, const LinearWeights& block,
    const std::vector<LinearWeights>& parts);

// x [...,C] normalised over C, with weight and bias; not fused, for the vision towers.
at::Tensor layerNorm(const at::Tensor& x, const NormWeights& norm, double eps);

// x [N,D] + gatedUnit(gateUp [N,2I]) times weight [D,I]
at::Tensor addGatedLinear(const at::Tensor& x, const at::Tensor& gateUp, const at::Tensor& weight);

} // namespace msrl::model
