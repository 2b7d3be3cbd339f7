// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder over rows of tokens. One loop over the layers serves prompts, training rows and decoding.
#include "engine/model/attention.h"
#include "engine/model/forward.h"
#include "engine/model/linear.h"
#include "engine/model/text_ops.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/masked_scatter.h>
#include <ATen/ops/tensor.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

namespace msrl::model {
namespace {

struct Layer
{
    const TextLayerWeights& weights;
    std::size_t index = 0;
};

struct Context
{
    const Policy& policy;
    RowLayout layout {};
    Rotation rotation {}; // of each token's position
    const Prefix* prefix = nullptr;
    SuffixCache* cache = nullptr;
    Prefix* collect = nullptr; // prefill: where keys and values go, with this many columns per row
    const PackedWeights* packed = nullptr;
    std::int64_t wantedFrom
        = 0; // first token whose hidden state is wanted; others end with the last layer's keys
    Activations activations = Activations::Keep;
    const Trace& trace;

    const PackedLayer* packedLayer(const Layer& layer) const
    {
        return packed ? &packed->layers[layer.index] : nullptr;
    }
};

void report(const Trace& trace, const std::string& name, const at::Tensor& value, at::IntArrayRef shape)
{
    if (trace)
        trace(name, value.view(shape));
}

void setPositions(Context& context, const std::vector<std::int64_t>& positions)
{
    const Weights& weights = context.policy.weights;
    const at::Tensor index
        = at::tensor(positions, at::TensorOptions().dtype(at::kLong)).to(weights.cosines.device());
    context.rotation.cosines = weights.cosines.index_select(0, index);
    context.rotation.sines = weights.sines.index_select(0, index);
}

// [N,KV,hd] -> [P,KV,T,hd]
at::Tensor byPrompt(const at::Tensor& x, std::int64_t prompts)
{
    return x.view({ prompts, x.size(0) / prompts, x.size(1), x.size(2) }).transpose(1, 2).contiguous();
}

at::Tensor wanted(const Context& context, const Layer& layer, const at::Tensor& x)
{
    const bool last = layer.index + 1 == context.policy.weights.layers.size();
    return last && context.wantedFrom > 0 ? x.narrow(0, context.wantedFrom, x.size(0) - context.wantedFrom)
                                          : x;
}

at::Tensor attentionBlock(const Context& context, const Layer& layer, const at::Tensor& x)
{
    const TextConfig& config = context.policy.config.text;
    const TextLayerWeights& weights = layer.weights;
    const PackedLayer* packed = context.packedLayer(layer);
    const at::Tensor qkv = packed
        ? packedLinear(rmsNorm(x, weights.inputNorm, config.rmsNormEps), packed->qkv, weights.qkv.bias)
        : normedLinear(x, weights.inputNorm, config.rmsNormEps, weights.qkv, weights.qkvParts);
    const auto [q, k, v] = splitHeads(qkv, weights, context.rotation, config);
    PromptKeys prompt;
    if (context.prefix)
        prompt = { context.prefix->keys[layer.index], context.prefix->values[layer.index] };
    if (context.collect) {
        context.collect->keys.push_back(byPrompt(k, context.layout.numRows()));
        context.collect->values.push_back(byPrompt(v, context.layout.numRows()));
    }
    const at::Tensor mixed = context.cache
        ? attendCached(q, k, v, prompt, context.layout, *context.cache, layer.index)
        : attendRows(q, k, v, prompt, context.layout);
    const at::Tensor heads
        = wanted(context, layer, mixed.reshape({ x.size(0), config.heads * config.headDim }));
    return wanted(context, layer, x)
        + (packed ? packedLinear(heads, packed->out) : at::linear(heads, weights.out));
}

at::Tensor mlpBlock(const Context& context, const Layer& layer, const at::Tensor& x)
{
    const TextLayerWeights& weights = layer.weights;
    const double eps = context.policy.config.text.rmsNormEps;
    if (const PackedLayer* packed = context.packedLayer(layer))
        return x
            + packedLinear(gatedUnit(packedLinear(
                               rmsNorm(x, weights.postNorm, eps), packed->gateUp, weights.gateUp.bias)),
                packed->down);
    return addGatedLinear(
        x, normedLinear(x, weights.postNorm, eps, weights.gateUp, weights.gateUpParts), weights.down);
}

at::Tensor decoderBlock(const Context& context, const Layer& layer, const at::Tensor& x)
{
    return mlpBlock(context, layer, attentionBlock(context, layer, x));
}

// x [N,D] -> [N,D] after the final norm; `shape` is how activations are shown to the trace.
at::Tensor decoder(const Context& context, at::Tensor x, at::IntArrayRef shape)
{
    const Policy& policy = context.policy;
    const auto kept
        = context.activations == Activations::Recompute ? std::make_shared<const Context>(context) : nullptr;
    report(context.trace, "lm.embeds", x, shape);
    for (std::size_t i = 0; i < policy.weights.layers.size(); ++i) {
        const Layer layer { policy.weights.layers[i], i };
        x = kept ? recomputed([kept, layer](const at::Tensor& in) { return decoderBlock(*kept, layer, in); },
                x, parametersOf(layer.weights))
                 : decoderBlock(context, layer, x);
        report(context.trace, "lm." + std::to_string(i), x, shape);
    }
    x = rmsNorm(x, policy.weights.norm, policy.config.text.rmsNormEps);
    report(context.trace, "lm.norm", x, shape);
    return x;
}

std::vector<std::int64_t> equalOffsets(std::int64_t rows, std::int64_t length)
{
    std::vector<std::int64_t> out;
    for (std::int64_t b = 0; b <= rows; ++b)
        out.push_back(b * length);
    return out;
}

// Positions of all tokens: each row counts on from its prompt's last and what it has cached.
std::vector<std::int64_t> rowPositions(
    const RowLayout& layout, const std::vector<std::int64_t>& next, const SuffixCache* cache)
{
    std::vector<std::int64_t> out;
    out.reserve(static_cast<std::size_t>(layout.numTokens()));
    for (std::size_t b = 0; b + 1 < layout.offsets.size(); ++b) {
        std::int64_t position = next[static_cast<std::size_t>(layout.prompts[b])];
        if (cache)
            position += cache->lengths()[b];
        for (std::int64_t t = layout.offsets[b]; t < layout.offsets[b + 1]; ++t)
            out.push_back(position++);
    }
    return out;
}

// Each prompt counts from 0, each row on from its prompt.
std::vector<std::int64_t> packedPositions(const PackedRows& rows)
{
    std::vector<std::int64_t> out;
    std::vector<std::int64_t> lengths;
    for (std::size_t p = 0; p + 1 < rows.promptOffsets.size(); ++p) {
        lengths.push_back(rows.promptOffsets[p + 1] - rows.promptOffsets[p]);
        for (std::int64_t t = 0; t < lengths.back(); ++t)
            out.push_back(t);
    }
    for (std::size_t b = 0; b + 1 < rows.offsets.size(); ++b) {
        const std::int64_t first = lengths[static_cast<std::size_t>(rows.prompts[b])];
        for (std::int64_t t = 0; t < rows.offsets[b + 1] - rows.offsets[b]; ++t)
            out.push_back(first + t);
    }
    return out;
}

// Positions count from the first valid column.
PromptSpans spansFrom(
    const std::vector<std::int64_t>& begins, const std::vector<std::int64_t>& lengths, std::int64_t columns)
{
    PromptSpans spans { begins, lengths, {} };
    for (const std::int64_t begin : begins) {
        for (std::int64_t t = 0; t < columns; ++t)
            spans.positions.push_back(std::max<std::int64_t>(0, t - begin));
    }
    return spans;
}

at::Tensor tokenEmbeddings(const Policy& policy, const at::Tensor& ids)
{
    return at::embedding(policy.weights.embedding, ids);
}

} // namespace

base::Status checkTokens(
    const Policy& policy, const at::Tensor& ids, std::int64_t featureTokens, std::int64_t columns)
{
    const TextConfig& text = policy.config.text;
    if (columns > text.maxPositions)
        return base::badInput(
            fmt::format("{} tokens, the model has {} positions", columns, text.maxPositions), {},
            "shorten the sample, use fewer tiles or frames, or fewer new tokens");
    if (ids.numel() == 0)
        return {};
    const auto smallest = ids.min().item<std::int64_t>();
    const auto largest = ids.max().item<std::int64_t>();
    if (smallest < 0 || largest >= text.vocabulary)
        return base::badInput(fmt::format("token id {} is outside the vocabulary of {}",
                                  smallest < 0 ? smallest : largest, text.vocabulary),
            {}, "the tokenizer does not belong to this model");
    const auto placeholders = (ids == policy.config.imageTokenId).sum().item<std::int64_t>();
    if (placeholders != featureTokens)
        return base::badInput(
            fmt::format("{} image tokens in the text, the images give {}", placeholders, featureTokens));
    return {};
}

at::Tensor embed(const Policy& policy, const at::Tensor& ids, const at::Tensor& features)
{
    const at::Tensor x = tokenEmbeddings(policy, ids);
    if (!features.defined())
        return x;
    return x.masked_scatter((ids == policy.config.imageTokenId).unsqueeze(-1), features.to(x.scalar_type()));
}

Prefix prefill(const Policy& policy, const at::Tensor& embeds, const std::vector<std::int64_t>& lengths,
    const Trace& trace)
{
    return prefill(policy, embeds, lengths, std::vector<std::int64_t>(lengths.size(), 0), trace);
}

Prefix prefill(const Policy& policy, const at::Tensor& embeds, const std::vector<std::int64_t>& lengths,
    const std::vector<std::int64_t>& begins, const Trace& trace)
{
    return prefill(policy, embeds, spansFrom(begins, lengths, embeds.size(1)), trace);
}

namespace {

std::vector<std::int64_t> nextPositions(const PromptSpans& spans, std::int64_t columns)
{
    std::vector<std::int64_t> out;
    for (std::size_t p = 0; p < spans.lengths.size(); ++p) {
        const std::int64_t end = static_cast<std::int64_t>(p) * columns + spans.begins[p] + spans.lengths[p];
        const bool isEmpty = spans.lengths[p] == 0; // a prompt of one token, which its rows begin with
        out.push_back(isEmpty ? 0 : spans.positions[static_cast<std::size_t>(end - 1)] + 1);
    }
    return out;
}

Prefix prefillSpans(const Policy& policy, const at::Tensor& embeds, const PromptSpans& spans,
    std::shared_ptr<const PackedWeights> packed, const Trace& trace)
{
    const std::int64_t prompts = embeds.size(0);
    const std::int64_t columns = embeds.size(1);
    Prefix prefix;
    prefix.lengths = spans.lengths;
    prefix.begins = spans.begins;
    prefix.next = nextPositions(spans, columns);
    prefix.packed = std::move(packed);
    Context context { .policy = policy, .collect = &prefix, .packed = prefix.packed.get(), .trace = trace };
    context.layout.offsets = equalOffsets(prompts, columns);
    if (std::any_of(spans.begins.begin(), spans.begins.end(), [](std::int64_t begin) { return begin > 0; }))
        context.layout.skipped = spans.begins;
    setPositions(context, spans.positions);
    prefix.hidden = decoder(context, embeds.reshape({ prompts * columns, embeds.size(2) }), embeds.sizes())
                        .view(embeds.sizes());
    return prefix;
}

} // namespace

Prefix prefill(const Policy& policy, const at::Tensor& embeds, const PromptSpans& spans, const Trace& trace)
{
    return prefillSpans(policy, embeds, spans, nullptr, trace);
}

Prefix prefillForSampling(const Policy& policy, const at::Tensor& embeds,
    const std::vector<std::int64_t>& lengths, std::shared_ptr<const PackedWeights> packed)
{
    const PromptSpans spans
        = spansFrom(std::vector<std::int64_t>(lengths.size(), 0), lengths, embeds.size(1));
    return prefillSpans(policy, embeds, spans, std::move(packed), {});
}

Prefix selectPrompts(const Prefix& prefix, const std::vector<std::int64_t>& prompts)
{
    const at::Tensor index
        = at::tensor(prompts, at::TensorOptions().dtype(at::kLong)).to(prefix.hidden.device());
    Prefix out;
    out.hidden = prefix.hidden.index_select(0, index);
    for (std::size_t i = 0; i < prefix.keys.size(); ++i) {
        out.keys.push_back(prefix.keys[i].index_select(0, index));
        out.values.push_back(prefix.values[i].index_select(0, index));
    }
    for (const std::int64_t prompt : prompts) {
        out.lengths.push_back(prefix.lengths[static_cast<std::size_t>(prompt)]);
        out.begins.push_back(prefix.begins[static_cast<std::size_t>(prompt)]);
        out.next.push_back(prefix.next[static_cast<std::size_t>(prompt)]);
    }
    return out;
}

at::Tensor extend(
    const Policy& policy, const Prefix& prefix, const at::Tensor& ids, SuffixCache* cache, const Trace& trace)
{
    const std::int64_t rows = ids.size(0);
    const std::int64_t n = ids.size(1);
    Context context { .policy = policy, .prefix = &prefix, .cache = cache, .trace = trace };
    if (cache)
        context.packed = prefix.packed.get();
    context.layout.offsets = equalOffsets(rows, n);
    context.layout.begins = prefix.begins;
    context.layout.lengths = prefix.lengths;
    if (cache) {
        context.layout.prompts = cache->prompts();
    } else {
        const std::int64_t perPrompt = rows / prefix.numPrompts();
        for (std::int64_t b = 0; b < rows; ++b)
            context.layout.prompts.push_back(b / perPrompt);
    }
    setPositions(context, rowPositions(context.layout, prefix.next, cache));
    const at::Tensor x = tokenEmbeddings(policy, ids).view({ rows * n, policy.config.text.hidden });
    const at::Tensor out = decoder(context, x, { rows, n, policy.config.text.hidden });
    if (cache)
        cache->advance(n);
    return out.view({ rows, n, policy.config.text.hidden });
}

at::Tensor forwardPacked(
    const Policy& policy, const PackedRows& rows, const at::Tensor& features, Activations activations)
{
    const std::int64_t promptTokens = rows.promptOffsets.back();
    static const Trace none; // a backward that recomputes looks at it again
    Context context {
        .policy = policy, .wantedFrom = promptTokens, .activations = activations, .trace = none
    };
    context.layout.offsets = rows.promptOffsets;
    context.layout.parents = rows.prompts;
    for (std::size_t b = 1; b < rows.offsets.size(); ++b)
        context.layout.offsets.push_back(promptTokens + rows.offsets[b]);
    setPositions(context, packedPositions(rows));
    const at::Tensor ids = at::cat({ rows.promptIds, rows.ids });
    at::Tensor x = tokenEmbeddings(policy, ids);
    if (features.defined()) { // a policy may write the image token: it is none in a row
        at::Tensor image = ids == policy.config.imageTokenId;
        image.narrow(0, promptTokens, rows.ids.size(0)).fill_(false);
        x = x.masked_scatter(image.unsqueeze(-1), features.to(x.scalar_type()));
    }
    return decoder(context, x, x.sizes());
}

at::Tensor logits(const Policy& policy, const Prefix& prefix, const at::Tensor& hidden)
{
    return prefix.packed ? packedLinear(hidden, prefix.packed->head) : logits(policy, hidden);
}

at::Tensor logits(const Policy& policy, const at::Tensor& hidden)
{
    return at::linear(hidden, policy.weights.head);
}

} // namespace msrl::model
