// SPDX-License-Identifier: GPL-3.0-or-later
// Changes of number format that do not turn numbers into infinities.
#pragma once

#include "core/base/result.h"

#include <ATen/core/Tensor.h>
#include <c10/core/ScalarType.h>

#include <string>

namespace msrl::model {

// Copies `from` (floating point) into `to` (same shape, any floating format). Refused when a finite number of
// `from` is beyond the range of `to`: `place` names the tensor, the message its largest number. Infinities
// and NaN of `from` stay what they are.
base::Status copyInRange(const at::Tensor& from, at::Tensor to, const std::string& place);

// The same into a new tensor; `from` itself when it has the format already.
base::Result<at::Tensor> convertedInRange(
    const at::Tensor& from, c10::ScalarType dtype, const std::string& place);

} // namespace msrl::model
