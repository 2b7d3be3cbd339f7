// SPDX-License-Identifier: GPL-3.0-or-later
// Nested JSON lists of numbers to float64 tensors and back.
#pragma once

#include "core/base/json.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace msrl::cli {

// Nothing when `values` is not a list of numbers; true and false count as 1 and 0.
std::optional<std::vector<double>> vectorFrom(const base::Json& values);

enum class Presence { Required, Optional };

// A member of one or two dimensions; -1 in `shape` leaves that length open. Undefined, with a fault recorded
// in `in`, when it is missing, ragged or of another shape; undefined without a fault when optional and
// absent.
at::Tensor tensorAt(base::ObjectReader& in, const char* key, const std::vector<std::int64_t>& shape,
    Presence presence = Presence::Required);

// One or two dimensions.
base::Json jsonFrom(const at::Tensor& tensor);

} // namespace msrl::cli
