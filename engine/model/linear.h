// SPDX-License-Identifier: GPL-3.0-or-later
// Products with the weights of a block in one go, differentiable with respect to each parameter in it.
#pragma once

#include "engine/model/weights.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace msrl::model {

// x [...,in] -> [..., all rows of the block], the parts side by side.
at::Tensor blockLinear(
    const at::Tensor& x, const LinearWeights& block, const std::vector<LinearWeights>& parts);

} // namespace msrl::model
