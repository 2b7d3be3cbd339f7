// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU path of attention.h in float32: products over the shared prompt for all rows of a prompt at once,
// the rows' own keys beside them, one softmax over both, in one pass per prompt and key head.
#pragma once

#include "engine/model/attention.h"

namespace msrl::model {

at::Tensor attendRowsCpu(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout);
at::Tensor attendCachedCpu(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout, SuffixCache& cache, std::size_t layer);

} // namespace msrl::model
