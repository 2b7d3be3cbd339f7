// SPDX-License-Identifier: GPL-3.0-or-later
// The forward in two parts, the same for training and rollout, differentiable when gradients are on:
// the prompt once (prefill), then any number of continuations of it (extend), which attend to the prompt's
// keys without copying them.
//
// Shapes: P prompts, T prompt columns, B rows (continuations), n new tokens per row, N tokens over all rows,
// D hidden size, KV key heads, hd head size, V vocabulary, S tile side, tiles = tiles of all prompts in
// order.
//
// Convention for log-probabilities: the prefix holds the prompt WITHOUT its last token and the row starts
// with that token, so that row column t gives the distribution of completion token t.
//
//     Prefix prefix = prefill(policy, embed(policy, promptIds, imageFeatures(policy, pixels)), lengths);
//     at::Tensor z = logits(policy, extend(policy, prefix, rowIds));   // rowIds [P*G, n]
#pragma once

#include "core/base/result.h"
#include "engine/model/packed_weights.h"
#include "engine/model/policy.h"
#include "engine/model/recompute.h"
#include "engine/model/suffix_cache.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace msrl::model {

// Called with the name and value of each activation: vit.emb, vit.0.., shuffled, proj, lm.embeds, lm.0..
// (after each layer), lm.norm.
using Trace = std::function<void(std::string_view name, const at::Tensor& value)>;

// pixels [tiles,3,S,S] float32 -> [tiles, tokensPerTile, D]. The policy must outlive the backward.
at::Tensor imageFeatures(const Policy& policy, const at::Tensor& pixels, const Trace& trace = {},
    Activations activations = Activations::Keep);

// Refuses ids outside the vocabulary, more positions (`columns`) than the model has, and a number of image
// tokens in `ids` (any shape, int64) other than `featureTokens`. Call it before embed() on anything from
// outside.
base::Status checkTokens(
    const Policy& policy, const at::Tensor& ids, std::int64_t featureTokens, std::int64_t columns);

// ids [P,T] int64; features [tiles,tokensPerTile,D] fill the image token positions row by row (undefined:
// no images) -> [P,T,D]
at::Tensor embed(const Policy& policy, const at::Tensor& ids, const at::Tensor& features = {});

struct Prefix
{
    at::Tensor hidden; // [P,T,D] after the final norm
    std::vector<at::Tensor> keys; // per layer [P,KV,T,hd], rotated
    std::vector<at::Tensor> values; // per layer [P,KV,T,hd]
    std::vector<std::int64_t> lengths; // valid columns of each prompt
    std::vector<std::int64_t> next; // position of what continues each prompt
    std::vector<std::int64_t> begins; // first valid column: 0 unless left padded
    // Of the policy; what decoding computes with when given. Shared by the prefixes of all waves and workers.
    std::shared_ptr<const PackedWeights> packed;

    std::int64_t numPrompts() const { return static_cast<std::int64_t>(lengths.size()); }
};

// Right-padded prompts: prompt p is columns 0 .. lengths[p]-1 of embeds [P,T,D].
Prefix prefill(const Policy& policy, const at::Tensor& embeds, const std::vector<std::int64_t>& lengths,
    const Trace& trace = {});
// The same for sampling, without gradients: with the packed weights of this policy (packWeights(), may be
// null), and so is what extends it.
Prefix prefillForSampling(const Policy& policy, const at::Tensor& embeds,
    const std::vector<std::int64_t>& lengths, std::shared_ptr<const PackedWeights> packed);
// Prompt p is columns begins[p] .. begins[p]+lengths[p]-1 (left padding); positions count from there.
Prefix prefill(const Policy& policy, const at::Tensor& embeds, const std::vector<std::int64_t>& lengths,
    const std::vector<std::int64_t>& begins, const Trace& trace = {});

// The same at given positions [P,T]; every one must be below the model's maxPositions. What continues a
// prompt counts on from its last one.
struct PromptSpans
{
    std::vector<std::int64_t> begins;
    std::vector<std::int64_t> lengths;
    std::vector<std::int64_t> positions; // P*T, row by row
};
Prefix prefill(
    const Policy& policy, const at::Tensor& embeds, const PromptSpans& spans, const Trace& trace = {});

// Only these prompts of a prefix, in this order (copies; differentiable).
Prefix selectPrompts(const Prefix& prefix, const std::vector<std::int64_t>& prompts);

// Continues prompts: ids [B,n] -> hidden [B,n,D] after the final norm.
// Without a cache (training, scoring): B = P*G, row b continues prompt b / G; the row's columns follow the
// prompt. With a cache (decoding, no gradients): row b is slot b of the cache, continues prompt
// cache.prompt(b) after the tokens it has cached, and the n new tokens are cached too. Grow it first:
// cache.reserve(n).
at::Tensor extend(const Policy& policy, const Prefix& prefix, const at::Tensor& ids,
    SuffixCache* cache = nullptr, const Trace& trace = {});

// Prompts and what continues them, all without padding, for training and scoring. Prompt p is tokens
// promptOffsets[p] .. promptOffsets[p+1]-1 of promptIds; row b is tokens offsets[b] .. offsets[b+1]-1 of ids
// and continues prompts[b].
struct PackedRows
{
    at::Tensor promptIds; // [M] int64
    std::vector<std::int64_t> promptOffsets; // P+1, from 0 to M
    at::Tensor ids; // [N] int64
    std::vector<std::int64_t> offsets; // B+1, from 0 to N
    std::vector<std::int64_t> prompts; // B

    std::int64_t numPrompts() const { return static_cast<std::int64_t>(promptOffsets.size()) - 1; }
};

// All tokens in one pass, each prompt once; features as for embed() -> hidden [N,D] of the rows after the
// final norm: what prefill() and extend() give. The policy must outlive the backward.
at::Tensor forwardPacked(const Policy& policy, const PackedRows& rows, const at::Tensor& features = {},
    Activations activations = Activations::Keep);

// hidden [...,D] -> [...,V], in the policy's dtype. For training on many tokens use chunks of the head
// instead.
at::Tensor logits(const Policy& policy, const at::Tensor& hidden);
// The same for the rows [B,D] of a decoding step, with the prefix's packed weights if it has some.
at::Tensor logits(const Policy& policy, const Prefix& prefix, const at::Tensor& hidden);

} // namespace msrl::model
