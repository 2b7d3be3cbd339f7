// SPDX-License-Identifier: GPL-3.0-or-later
// Causal attention of rows of new tokens over their prompt's keys and their own.
//
// N tokens over B rows, H query heads, KV key heads, hd head size, P prompts, T prompt columns.
#pragma once

#include "engine/model/suffix_cache.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace msrl::model {

// Which tokens are one row and what they continue. Row b is tokens offsets[b] .. offsets[b+1]-1.
struct RowLayout
{
    std::vector<std::int64_t> offsets;
    std::vector<std::int64_t> prompts; // row -> prompt; empty: nothing precedes the rows
    std::vector<std::int64_t> begins; // prompt's first valid key column
    std::vector<std::int64_t> lengths; // prompt's valid key columns
    std::vector<std::int64_t> skipped; // leading tokens of a row that are padding; empty: none
    // Prompts among the rows themselves, instead of stored ones: the last parents.size() rows continue the
    // row parents[i], one of the rows before them all. Empty: none.
    std::vector<std::int64_t> parents;

    std::int64_t numRoots() const { return numRows() - static_cast<std::int64_t>(parents.size()); }
    std::int64_t numRows() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
    std::int64_t numTokens() const { return offsets.back(); }
};

struct PromptKeys
{
    at::Tensor keys; // [P,KV,T,hd]; undefined: no prompts
    at::Tensor values; // [P,KV,T,hd]
};

// Training and prefill: q [N,H,hd], k and v [N,KV,hd] -> [N,H,hd]; scale 1/sqrt(hd); differentiable in all
// tensors.
at::Tensor attendRows(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const PromptKeys& prompt,
    const RowLayout& layout);

// Decoding: every row has the same number n of new tokens; k and v are written to the cache behind what each
// slot holds (the cache's lengths are not advanced), then attended to with the rest.
at::Tensor attendCached(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
    const PromptKeys& prompt, const RowLayout& layout, SuffixCache& cache, std::size_t layer);

} // namespace msrl::model
