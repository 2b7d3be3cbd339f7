// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/attention.h"

#include "engine/model/attention_cpu.h"
#include "engine/model/attention_general.h"
#include "engine/model/text_ops.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <algorithm>

namespace msrl::model {
namespace {

// Rows from which on ATen's blocked attention beats holding all scores.
constexpr std::int64_t kLongRow = 512;

// Equally long rows without anything before them: plain causal attention.
at::Tensor attendPlain(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t rows)
{
    const auto split = [rows](const at::Tensor& x) {
        return x.reshape({ rows, x.size(0) / rows, x.size(1), x.size(2) }).transpose(1, 2);
    };
    return at::scaled_dot_product_attention(split(q), split(k), split(v), {}, 0.0, true, {}, true)
        .transpose(1, 2)
        .reshape(q.sizes());
}

bool isPlainAndLong(const RowLayout& layout)
{
    if (!layout.prompts.empty() || !layout.parents.empty() || !layout.skipped.empty()
        || layout.offsets[1] < kLongRow)
        return false;
    for (std::size_t b = 0; b + 1 < layout.offsets.size(); ++b) {
        if (layout.offsets[b + 1] - layout.offsets[b] != layout.offsets[1])
            return false;
    }
    return true;
}

} // namespace

at::Tensor attendRows(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const PromptKeys& prompt,
    const RowLayout& layout)
{
    if (layout.numRows() > 0 && isPlainAndLong(layout))
        return attendPlain(q, k, v, layout.numRows());
    if (hasKernels(q) && layout.skipped.empty())
        return attendRowsCpu(q, k, v, prompt, layout);
    return attendRowsGeneral(q, k, v, prompt, layout);
}

at::Tensor attendCached(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout, SuffixCache& cache, std::size_t layer)
{
    if (hasKernels(q))
        return attendCachedCpu(q, k, v, prompt, layout, cache, layer);
    return attendCachedGeneral(q, k, v, prompt, layout, cache, layer);
}

} // namespace msrl::model
