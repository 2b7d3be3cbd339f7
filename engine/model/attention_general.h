// SPDX-License-Identifier: GPL-3.0-or-later
// The general path of attention.h and its reference: ATen operators, any dtype and device.
#pragma once

#include "engine/model/attention.h"

namespace msrl::model {

at::Tensor attendRowsGeneral(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout);
at::Tensor attendCachedGeneral(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout, SuffixCache& cache, std::size_t layer);

} // namespace msrl::model
