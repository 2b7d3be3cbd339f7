// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder's row-wise operations, with the rounding of the reference implementation in low precision.
#pragma once

#include <ATen/core/Tensor.h>

namespace msrl::model {

// x [...,D] / sqrt(mean(x^2) + eps), formed in float32 (float64 for float64), cast, then times weight.
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);

// x [N,heads,hd], cosines and sines [N,hd/2]: rotates the pairs (i, i + hd/2).
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cosines, const at::Tensor& sines);

// gateUp [N,2I] -> silu(gate) * up [N,I]
at::Tensor gatedUnit(const at::Tensor& gateUp);

} // namespace msrl::model
