// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/speed/machine.h"

#include "engine/speed/measure.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/sum.h>

#include <cstdint>

namespace msrl::speed {

MachineLimits measureMachine(int repeats)
{
    constexpr std::int64_t kSide = 2048;
    constexpr std::int64_t kFloats = std::int64_t { 1 } << 26; // 256 MiB: past every cache
    const at::Tensor a = at::randn({ kSide, kSide });
    const at::Tensor b = at::randn({ kSide, kSide });
    at::Tensor c;
    const double product = medianSeconds(repeats, [&] { c = at::matmul(a, b); });
    const at::Tensor memory = at::ones({ kFloats });
    const double reading = medianSeconds(repeats, [&] { c = at::sum(memory); });
    const auto side = static_cast<double>(kSide);
    return { 2 * side * side * side / product, static_cast<double>(kFloats) * sizeof(float) / reading };
}

} // namespace msrl::speed
