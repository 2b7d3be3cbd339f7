// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention.h"

#include "engine/model/attention_general.h"

namespace msrl::model {

at::Tensor attendRows(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const PromptKeys& prompt,
    const RowLayout& layout)
{
    return attendRowsGeneral(q, k, v, prompt, layout);
}

at::Tensor attendCached(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout, SuffixCache& cache, std::size_t layer)
{
    return attendCachedGeneral(q, k, v, prompt, layout, cache, layer);
}

} // namespace msrl::model
