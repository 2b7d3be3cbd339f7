// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of a network that keep only their input for the backward and compute their activations again there
// (Chen et al., arXiv 1604.06174): memory for about a third more computation.
#pragma once

#include "engine/model/weights.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

namespace msrl::model {

// What a backward finds of a forward.
enum class Activations { Keep, Recompute };

// A function of one tensor and of parameters; it may be called again until the backward is done, and gives
// the same bits each time.
using Block = std::function<at::Tensor(const at::Tensor& x)>;

// block(x), differentiable in x and in `parameters`, which are all that it reads and trains. Value and
// gradients are the bits of block(x) itself.
at::Tensor recomputed(const Block& block, const at::Tensor& x, const std::vector<at::Tensor>& parameters);

// All parameters of a layer, in any order.
std::vector<at::Tensor> parametersOf(const TextLayerWeights& layer);
std::vector<at::Tensor> parametersOf(const VisionLayerWeights& layer);

} // namespace msrl::model
