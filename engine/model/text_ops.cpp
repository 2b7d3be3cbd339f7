// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/text_ops.h"

#include <ATen/OpMathType.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>

namespace msrl::model {

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps)
{
    const at::Tensor wide = x.to(at::toOpMathType(x.scalar_type()));
    const at::Tensor normed = wide * at::rsqrt(wide.square().mean(-1, true) + eps);
    return weight * normed.to(x.scalar_type());
}

at::Tensor rotate(const at::Tensor& x, const at::Tensor& cosines, const at::Tensor& sines)
{
    const std::int64_t half = x.size(-1) / 2;
    const at::Tensor first = x.narrow(-1, 0, half);
    const at::Tensor second = x.narrow(-1, half, half);
    const at::Tensor c = cosines.unsqueeze(1);
    const at::Tensor s = sines.unsqueeze(1);
    return at::cat({ first * c - second * s, second * c + first * s }, -1);
}

at::Tensor gatedUnit(const at::Tensor& gateUp)
{
    const std::int64_t inner = gateUp.size(-1) / 2;
    return at::silu(gateUp.narrow(-1, 0, inner)) * gateUp.narrow(-1, inner, inner);
}

} // namespace msrl::model
