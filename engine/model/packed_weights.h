// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder's matrices once more, in the order in which products with few rows read them fastest: decoding
// reads every weight for each token, and laying them out anew each time costs as much as the product itself.
#pragma once

#include "engine/model/policy.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace msrl::model {

struct PackedLayer
{
    at::Tensor qkv;
    at::Tensor out;
    at::Tensor gateUp;
    at::Tensor down;
};

// A copy: it does not follow the policy when that changes.
struct PackedWeights
{
    std::vector<PackedLayer> layers;
    at::Tensor head;
};

// Nothing when it would not pay: another device or number format, a model that fits the caches, one whose
// copy would be too large, or a LibTorch without the operation. A function of the policy's sizes alone, so
// that equal runs take equal ways.
std::shared_ptr<const PackedWeights> packWeights(const Policy& policy);

// x [N,D] · weightᵀ + bias -> [N,O]. No gradient. `bias` may be undefined.
at::Tensor packedLinear(const at::Tensor& x, const at::Tensor& packed, const at::Tensor& bias = {});

} // namespace msrl::model
