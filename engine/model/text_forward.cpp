// SPDX-License-Identifier: GPL-3.0-or-later
// Prompts, training rows and decoding as rows of tokens with their positions, for the one decoder.
#include "engine/model/forward.h"
#include "engine/model/text_decoder.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/masked_scatter.h>
#include <ATen/ops/tensor.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace msrl::model {
namespace {

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
    DecoderPass pass { .policy = policy, .collect = &prefix, .packed = prefix.packed.get(), .trace = trace };
    pass.layout.offsets = equalOffsets(prompts, columns);
    if (std::any_of(spans.begins.begin(), spans.begins.end(), [](std::int64_t begin) { return begin > 0; }))
        pass.layout.skipped = spans.begins;
    setPositions(pass, spans.positions);
    prefix.hidden = runDecoder(pass, embeds.reshape({ prompts * columns, embeds.size(2) }), embeds.sizes())
                        .view(embeds.sizes());
    return prefix;
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
    DecoderPass pass { .policy = policy, .prefix = &prefix, .cache = cache, .trace = trace };
    if (cache)
        pass.packed = prefix.packed.get();
    pass.layout.offsets = equalOffsets(rows, n);
    pass.layout.begins = prefix.begins;
    pass.layout.lengths = prefix.lengths;
    if (cache) {
        pass.layout.prompts = cache->prompts();
    } else {
        const std::int64_t perPrompt = rows / prefix.numPrompts();
        for (std::int64_t b = 0; b < rows; ++b)
            pass.layout.prompts.push_back(b / perPrompt);
    }
    setPositions(pass, rowPositions(pass.layout, prefix.next, cache));
    const at::Tensor x = tokenEmbeddings(policy, ids).view({ rows * n, policy.config.text.hidden });
    const at::Tensor out = runDecoder(pass, x, { rows, n, policy.config.text.hidden });
    if (cache)
        cache->advance(n);
    return out.view({ rows, n, policy.config.text.hidden });
}

at::Tensor forwardPacked(
    const Policy& policy, const PackedRows& rows, const at::Tensor& features, Activations activations)
{
    const std::int64_t promptTokens = rows.promptOffsets.back();
    static const Trace none; // a backward that recomputes looks at it again
    DecoderPass pass {
        .policy = policy, .wantedFrom = promptTokens, .activations = activations, .trace = none
    };
    pass.layout.offsets = rows.promptOffsets;
    pass.layout.parents = rows.prompts;
    for (std::size_t b = 1; b < rows.offsets.size(); ++b)
        pass.layout.offsets.push_back(promptTokens + rows.offsets[b]);
    setPositions(pass, packedPositions(rows));
    const at::Tensor ids = at::cat({ rows.promptIds, rows.ids });
    at::Tensor x = tokenEmbeddings(policy, ids);
    if (features.defined()) { // a policy may write the image token: it is none in a row
        at::Tensor image = ids == policy.config.imageTokenId;
        image.narrow(0, promptTokens, rows.ids.size(0)).fill_(false);
        x = x.masked_scatter(image.unsqueeze(-1), features.to(x.scalar_type()));
    }
    return runDecoder(pass, x, x.sizes());
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
