// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/range.h"

#include "engine/device/device.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/isinf.h>

#include <fmt/format.h>

#include <limits>

namespace msrl::model {
namespace {

// The largest number of a floating point format.
double largest(c10::ScalarType dtype)
{
    switch (dtype) {
    case c10::ScalarType::Double:
        return std::numeric_limits<double>::max();
    case c10::ScalarType::Float:
        return std::numeric_limits<float>::max();
    case c10::ScalarType::BFloat16:
        return std::numeric_limits<c10::BFloat16>::max();
    case c10::ScalarType::Half:
        return std::numeric_limits<c10::Half>::max();
    default: // the 8-bit formats are read and never written
        return 0.0;
    }
}

} // namespace

base::Status copyInRange(const at::Tensor& from, at::Tensor to, const std::string& place)
{
    to.copy_(from);
    if (to.is_meta() || largest(from.scalar_type()) <= largest(to.scalar_type()))
        return {};
    const at::Tensor lost = at::isinf(to).logical_and(at::isinf(from).logical_not());
    if (!lost.any().item<bool>())
        return {};
    const double worst = from.masked_select(lost).abs().max().item<double>();
    return base::badInput(fmt::format("holds {:g}, {} ends at {:g}", worst,
                              device::dtypeName(to.scalar_type()), largest(to.scalar_type())),
        place, "choose a number format of wider range");
}

base::Result<at::Tensor> convertedInRange(
    const at::Tensor& from, c10::ScalarType dtype, const std::string& place)
{
    if (from.scalar_type() == dtype)
        return from;
    at::Tensor to = at::empty_like(from, from.options().dtype(dtype));
    if (const base::Status fault = copyInRange(from, to, place); !fault)
        return fault.error();
    return to;
}

} // namespace msrl::model
