// SPDX-License-Identifier: GPL-3.0-or-later
// Attention with ATen operators only: any dtype, any device, differentiable. Rows are padded to one length;
// the scores over the prompt are computed once per prompt for all its rows, then joined with the rows' own.
#include "engine/model/attention_general.h"

#include "engine/model/attention.h"

#include <ATen/OpMathType.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace msrl::model {
namespace {

at::Tensor integers(const std::vector<std::int64_t>& values, c10::Device device)
{
    return at::tensor(values, at::TensorOptions().dtype(at::kLong)).to(device);
}

// 0 where allowed, minus infinity elsewhere.
at::Tensor additive(const at::Tensor& allowed, c10::ScalarType dtype)
{
    const at::Tensor zero = at::zeros({}, allowed.options().dtype(dtype));
    return at::where(allowed, zero, zero - std::numeric_limits<float>::infinity());
}

bool isPromptMajor(const RowLayout& layout, std::int64_t prompts)
{
    const std::int64_t rows = layout.numRows();
    if (prompts == 0 || rows % prompts != 0)
        return false;
    for (std::int64_t b = 0; b < rows; ++b) {
        if (layout.prompts[static_cast<std::size_t>(b)] != b / (rows / prompts))
            return false;
    }
    return true;
}

// Scores of all rows over their prompts: q [B,KV,r*n,hd] -> [B,KV,r*n,T], and the values to mix with them.
struct PromptScores
{
    at::Tensor scores;
    at::Tensor values; // [P,KV,T,hd], or [B,KV,T,hd] when rows are not grouped by prompt
    std::int64_t groups = 0;
};

PromptScores promptScores(const at::Tensor& q, const PromptKeys& prompt, const RowLayout& layout)
{
    const std::int64_t rows = q.size(0);
    const std::int64_t kv = q.size(1);
    at::Tensor keys = prompt.keys;
    PromptScores out { {}, prompt.values, keys.size(0) };
    std::vector<std::int64_t> begins = layout.begins;
    std::vector<std::int64_t> lengths = layout.lengths;
    if (!isPromptMajor(layout, keys.size(0))) {
        const at::Tensor index = integers(layout.prompts, q.device());
        keys = keys.index_select(0, index);
        out.values = out.values.index_select(0, index);
        out.groups = rows;
        for (std::size_t b = 0; b < layout.prompts.size(); ++b) {
            begins.resize(layout.prompts.size());
            lengths.resize(layout.prompts.size());
        }
        for (std::size_t b = 0; b < layout.prompts.size(); ++b) {
            begins[b] = layout.begins[static_cast<std::size_t>(layout.prompts[b])];
            lengths[b] = layout.lengths[static_cast<std::size_t>(layout.prompts[b])];
        }
    }
    const std::int64_t perGroup = rows / out.groups;
    const at::Tensor grouped = q.reshape({ out.groups, perGroup, kv, q.size(2), q.size(3) })
                                   .transpose(1, 2)
                                   .reshape({ out.groups, kv, perGroup * q.size(2), q.size(3) });
    const at::Tensor column = at::arange(keys.size(2), integers({ 0 }, q.device()).options());
    const at::Tensor begin = integers(begins, q.device()).unsqueeze(1);
    const at::Tensor allowed
        = (column >= begin).logical_and(column < begin + integers(lengths, q.device()).unsqueeze(1));
    const at::Tensor scores = at::matmul(grouped, keys.transpose(2, 3))
        + additive(allowed, q.scalar_type()).reshape({ out.groups, 1, 1, keys.size(2) });
    out.scores = scores.reshape({ out.groups, kv, perGroup, q.size(2), keys.size(2) })
                     .transpose(1, 2)
                     .reshape({ rows, kv, q.size(2), keys.size(2) });
    return out;
}

at::Tensor promptMix(const at::Tensor& weights, const PromptScores& prompt)
{
    const std::int64_t rows = weights.size(0);
    const std::int64_t kv = weights.size(1);
    const std::int64_t queries = weights.size(2);
    const std::int64_t perGroup = rows / prompt.groups;
    const at::Tensor grouped = weights.reshape({ prompt.groups, perGroup, kv, queries, weights.size(3) })
                                   .transpose(1, 2)
                                   .reshape({ prompt.groups, kv, perGroup * queries, weights.size(3) });
    return at::matmul(grouped, prompt.values)
        .reshape({ prompt.groups, kv, perGroup, queries, prompt.values.size(3) })
        .transpose(1, 2)
        .reshape({ rows, kv, queries, prompt.values.size(3) });
}

// q [B,n,H,hd]; ownKeys and ownValues [B,KV,m,hd]; ownMask additive, broadcastable to [B,1,n,m] -> [B,n,H,hd]
at::Tensor attendPadded(const at::Tensor& q, const at::Tensor& ownKeys, const at::Tensor& ownValues,
    const at::Tensor& ownMask, const PromptKeys& prompt, const RowLayout& layout)
{
    const std::int64_t rows = q.size(0);
    const std::int64_t n = q.size(1);
    const std::int64_t kv = ownKeys.size(1);
    const std::int64_t r = q.size(2) / kv;
    const std::int64_t hd = q.size(3);
    const double scale = 1.0 / std::sqrt(static_cast<double>(hd));
    // [B,KV,r*n,hd]: the query heads of one key head side by side.
    const at::Tensor queries = (q * scale)
                                   .reshape({ rows, n, kv, r, hd })
                                   .permute({ 0, 2, 3, 1, 4 })
                                   .reshape({ rows, kv, r * n, hd });
    const at::Tensor own
        = (at::matmul(queries, ownKeys.transpose(2, 3)).reshape({ rows, kv, r, n, ownKeys.size(2) })
            + ownMask.unsqueeze(1))
              .reshape({ rows, kv, r * n, ownKeys.size(2) });
    at::Tensor mixed;
    if (prompt.keys.defined()) {
        const PromptScores over = promptScores(queries, prompt, layout);
        const at::Tensor weights
            = at::softmax(at::cat({ over.scores, own }, -1), -1, at::toOpMathType(q.scalar_type()))
                  .to(q.scalar_type());
        const std::int64_t columns = over.scores.size(3);
        mixed = promptMix(weights.narrow(-1, 0, columns), over)
            + at::matmul(weights.narrow(-1, columns, own.size(3)), ownValues);
    } else {
        mixed = at::matmul(
            at::softmax(own, -1, at::toOpMathType(q.scalar_type())).to(q.scalar_type()), ownValues);
    }
    return mixed.reshape({ rows, kv, r, n, hd }).permute({ 0, 3, 1, 2, 4 }).reshape({ rows, n, kv * r, hd });
}

} // namespace

namespace {

// Keys or values of the prompts among the rows: [N,KV,hd] -> [P,KV,T,hd], padded on the right.
at::Tensor promptsOf(const at::Tensor& x, const RowLayout& roots, const std::vector<std::int64_t>& lengths)
{
    const std::int64_t longest = *std::max_element(lengths.begin(), lengths.end());
    std::vector<std::int64_t> from;
    for (std::size_t p = 0; p < lengths.size(); ++p)
        for (std::int64_t t = 0; t < longest; ++t)
            from.push_back(roots.offsets[p] + std::min(t, lengths[p] - 1));
    return x.index_select(0, integers(from, x.device()))
        .reshape({ roots.numRows(), longest, x.size(1), x.size(2) })
        .transpose(1, 2);
}

// The prompts first, then what continues them.
at::Tensor attendFamilies(
    const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const RowLayout& layout)
{
    const std::int64_t numRoots = layout.numRoots();
    const auto split = layout.offsets.begin() + static_cast<std::ptrdiff_t>(numRoots);
    RowLayout roots { { layout.offsets.begin(), split + 1 } };
    RowLayout rows { {}, layout.parents, std::vector<std::int64_t>(static_cast<std::size_t>(numRoots), 0) };
    for (auto offset = split; offset != layout.offsets.end(); ++offset)
        rows.offsets.push_back(*offset - *split);
    for (std::size_t p = 0; p + 1 < roots.offsets.size(); ++p)
        rows.lengths.push_back(roots.offsets[p + 1] - roots.offsets[p]);
    const auto first = [&](const at::Tensor& x) { return x.narrow(0, 0, *split); };
    const auto rest = [&](const at::Tensor& x) { return x.narrow(0, *split, x.size(0) - *split); };
    const PromptKeys prompts { promptsOf(k, roots, rows.lengths), promptsOf(v, roots, rows.lengths) };
    return at::cat({ attendRowsGeneral(first(q), first(k), first(v), {}, roots),
        attendRowsGeneral(rest(q), rest(k), rest(v), prompts, rows) });
}

} // namespace

at::Tensor attendRowsGeneral(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout)
{
    if (!layout.parents.empty())
        return attendFamilies(q, k, v, layout);
    const std::int64_t rows = layout.numRows();
    std::int64_t longest = 0;
    for (std::size_t b = 0; b + 1 < layout.offsets.size(); ++b)
        longest = std::max(longest, layout.offsets[b + 1] - layout.offsets[b]);
    const bool ragged = longest * rows != layout.numTokens();
    at::Tensor toPadded;
    at::Tensor toPacked;
    if (ragged) {
        std::vector<std::int64_t> from; // padded cell -> token (padding repeats the row's last token)
        std::vector<std::int64_t> cells; // token -> padded cell
        for (std::int64_t b = 0; b < rows; ++b) {
            const std::int64_t begin = layout.offsets[static_cast<std::size_t>(b)];
            const std::int64_t end = layout.offsets[static_cast<std::size_t>(b) + 1];
            for (std::int64_t t = 0; t < longest; ++t)
                from.push_back(std::max<std::int64_t>(0, std::min(begin + t, end - 1)));
            for (std::int64_t t = begin; t < end; ++t)
                cells.push_back(b * longest + t - begin);
        }
        toPadded = integers(from, q.device());
        toPacked = integers(cells, q.device());
    }
    const auto pad = [&](const at::Tensor& x) {
        return (ragged ? x.index_select(0, toPadded) : x).reshape({ rows, longest, x.size(1), x.size(2) });
    };
    const at::Tensor column = at::arange(longest, integers({ 0 }, q.device()).options());
    at::Tensor allowed = (column.unsqueeze(0) <= column.unsqueeze(1)).unsqueeze(0);
    if (!layout.skipped.empty()) {
        // Padding in front is hidden from real tokens; a padded token sees itself, so that nothing is
        // undefined.
        const at::Tensor first = integers(layout.skipped, q.device()).reshape({ rows, 1, 1 });
        allowed
            = allowed.logical_and((column >= first).logical_or(column.unsqueeze(0) == column.unsqueeze(1)));
    }
    const at::Tensor mask = additive(allowed, q.scalar_type()).unsqueeze(1);
    const at::Tensor out
        = attendPadded(pad(q), pad(k).transpose(1, 2), pad(v).transpose(1, 2), mask, prompt, layout)
              .reshape({ rows * longest, q.size(1), q.size(2) });
    return ragged ? out.index_select(0, toPacked) : out;
}

at::Tensor attendCachedGeneral(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout, SuffixCache& cache, std::size_t layer)
{
    const std::int64_t rows = layout.numRows();
    const std::int64_t n = rows == 0 ? 0 : layout.numTokens() / rows;
    const std::int64_t kv = k.size(1);
    const std::int64_t hd = k.size(2);
    at::Tensor& keys = cache.keys(layer);
    at::Tensor& values = cache.values(layer);
    const at::Tensor row = integers(cache.rows(), q.device());
    const at::Tensor length = integers(cache.lengths(), q.device());
    const at::Tensor step = at::arange(n, length.options());
    // Cells [B,KV,n] of the cache seen as [rows*KV*capacity, hd].
    const at::Tensor head = at::arange(kv, length.options());
    const at::Tensor cells
        = ((row.reshape({ rows, 1, 1 }) * kv + head.reshape({ 1, kv, 1 })) * cache.capacity()
            + length.reshape({ rows, 1, 1 }) + step.reshape({ 1, 1, n }))
              .reshape(-1);
    const auto store = [&](at::Tensor& to, const at::Tensor& from) {
        to.view({ -1, hd })
            .index_copy_(0, cells, from.reshape({ rows, n, kv, hd }).transpose(1, 2).reshape({ -1, hd }));
    };
    store(keys, k);
    store(values, v);
    const at::Tensor column = at::arange(cache.capacity(), length.options());
    const at::Tensor allowed
        = column.reshape({ 1, 1, -1 }) <= (length.reshape({ rows, 1, 1 }) + step.reshape({ 1, n, 1 }));
    const at::Tensor mask = additive(allowed, q.scalar_type()).unsqueeze(1);
    return attendPadded(q.reshape({ rows, n, q.size(1), hd }), keys.index_select(0, row),
        values.index_select(0, row), mask, prompt, layout)
        .reshape({ rows * n, q.size(1), hd });
}

} // namespace msrl::model
