// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/decoder_optimiser.h"
#include "engine/demo/pixels.h"
#include "engine/demo/pretrain.h"
#include "engine/model/forward.h"

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace msrl::demo {

namespace {

constexpr double kPromptWeight = 0.1; // of a prompt token's loss against a response token's
constexpr double kMaxGradNorm = 1.0;
constexpr std::int64_t kDocumentWarmup = 50;
constexpr std::size_t kBatchesAtOnce = 16; // sorted by length together, so that little is padding

struct Encoded
{
    std::vector<std::int64_t> ids;
    std::size_t promptLength = 0;
    std::vector<Scene> scenes;
};

base::Result<Encoded> encode(const Document& document, const text::Tokenizer& tokenizer)
{
    base::Result<std::vector<text::TokenId>> prompt = tokenizer.encode(document.prompt);
    if (!prompt)
        return prompt.error();
    base::Result<std::vector<text::TokenId>> response = tokenizer.encode(document.response);
    if (!response)
        return response.error();
    Encoded out;
    out.ids = std::move(*prompt);
    out.promptLength = out.ids.size();
    out.ids.insert(out.ids.end(), response->begin(), response->end());
    out.ids.push_back(tokenizer.endOfSequence().value());
    out.scenes = document.scenes;
    return out;
}

using DocumentBatch = std::vector<Encoded>;

// Batches of documents of like length, in random order.
base::Status drawBatches(
    const Pretraining& work, base::RandomStream& random, bool late, std::vector<DocumentBatch>& out)
{
    const auto size = static_cast<std::size_t>(work.options.documentsPerStep);
    std::vector<Encoded> documents;
    while (documents.size() < size * kBatchesAtOnce) {
        base::Result<Document> document = work.documents.next(random, late);
        if (!document)
            return document.error();
        base::Result<Encoded> encoded = encode(*document, work.tokenizer);
        if (!encoded)
            return encoded.error();
        documents.push_back(std::move(*encoded));
    }
    std::stable_sort(documents.begin(), documents.end(),
        [](const Encoded& a, const Encoded& b) { return a.ids.size() < b.ids.size(); });
    for (std::size_t i = 0; i < kBatchesAtOnce; ++i)
        out.emplace_back(documents.begin() + static_cast<std::ptrdiff_t>(i * size),
            documents.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
    random.shuffle(out);
    return {};
}

struct Inputs
{
    at::Tensor ids; // [B,T] without each row's last token, padded
    at::Tensor targets; // [B,T]
    at::Tensor weights; // [B,T] float32, 0 at padding and image tokens
    at::Tensor responses; // [B,T] bool
    std::vector<std::int64_t> lengths;
};

Inputs pad(const DocumentBatch& batch, const Pretraining& work)
{
    std::size_t longest = 0;
    for (const Encoded& row : batch)
        longest = std::max(longest, row.ids.size());
    const auto rows = static_cast<std::int64_t>(batch.size());
    const auto columns = static_cast<std::int64_t>(longest) - 1;
    Inputs out { at::full({ rows, columns }, work.tokenizer.padding().value(), at::TensorOptions(at::kLong)),
        at::zeros({ rows, columns }, at::TensorOptions(at::kLong)),
        at::zeros({ rows, columns }, at::TensorOptions(at::kFloat)),
        at::zeros({ rows, columns }, at::TensorOptions(at::kBool)), {} };
    auto ids = out.ids.accessor<std::int64_t, 2>();
    auto targets = out.targets.accessor<std::int64_t, 2>();
    auto weights = out.weights.accessor<float, 2>();
    auto responses = out.responses.accessor<bool, 2>();
    for (std::int64_t row = 0; row < rows; ++row) {
        const Encoded& document = batch[static_cast<std::size_t>(row)];
        const auto length = static_cast<std::int64_t>(document.ids.size());
        for (std::int64_t i = 0; i + 1 < length; ++i) {
            const std::int64_t next = document.ids[static_cast<std::size_t>(i + 1)];
            const bool response = i + 1 >= static_cast<std::int64_t>(document.promptLength);
            ids[row][i] = document.ids[static_cast<std::size_t>(i)];
            targets[row][i] = next;
            responses[row][i] = response;
            if (next != work.policy.config.imageTokenId)
                weights[row][i] = static_cast<float>(response ? 1.0 : kPromptWeight);
        }
        out.lengths.push_back(length - 1);
    }
    return out;
}

struct StepFigures
{
    double loss = 0;
    double accuracy = 0;
};

StepFigures backward(const DocumentBatch& batch, Pretraining& work, base::RandomStream& random)
{
    const Inputs inputs = pad(batch, work);
    std::vector<Image> images;
    for (const Encoded& row : batch) {
        const std::vector<Image> drawn = drawScenes(row.scenes, random);
        images.insert(images.end(), drawn.begin(), drawn.end());
    }
    at::Tensor features;
    if (!images.empty())
        features = model::imageFeatures(work.policy, pixelsOf(images));
    const model::Prefix prefix
        = model::prefill(work.policy, model::embed(work.policy, inputs.ids, features), inputs.lengths);
    const at::Tensor logits = model::logits(work.policy, prefix.hidden);
    const at::Tensor losses = at::cross_entropy_loss(
        logits.reshape({ -1, logits.size(-1) }), inputs.targets.reshape({ -1 }), {}, at::Reduction::None);
    const at::Tensor weights = inputs.weights.reshape({ -1 });
    const at::Tensor loss = losses.mul(weights).sum().div(weights.sum());
    loss.backward();
    const at::Tensor right = logits.argmax(-1).eq(inputs.targets).logical_and(inputs.responses);
    return { loss.item<double>(), right.sum().item<double>() / inputs.responses.sum().item<double>() };
}

} // namespace

base::Status pretrainDocuments(Pretraining& work)
{
    model::setTrainable(work.policy, { model::Part::Vision, model::Part::Projector, model::Part::Language });
    DecoderOptimiser optimiser(work.policy);
    base::RandomStream documents(work.options.seed, "demo-documents");
    base::RandomStream drawing(work.options.seed, "demo-drawing");
    std::vector<DocumentBatch> batches;
    const std::int64_t total = work.options.documentSteps;
    const auto steps = static_cast<double>(total);
    for (std::int64_t step = 0; step < total; ++step) {
        if (work.stop.stop_requested())
            return base::stopped("pre-training on documents");
        if (batches.empty()) {
            const bool late = static_cast<double>(step) >= work.options.lateFrom * steps;
            if (base::Status status = drawBatches(work, documents, late, batches); !status)
                return status;
        }
        optimiser.zeroGrad();
        const StepFigures figures = backward(batches.back(), work, drawing);
        batches.pop_back();
        // Warm-up, full rate for the first half, then linear to almost nothing.
        const double warm = std::min(1.0, static_cast<double>(step + 1) / kDocumentWarmup);
        const double decay = std::min(1.0, 0.02 + static_cast<double>(total - step) / (0.5 * steps));
        if (base::Status status = optimiser.step(warm * decay, kMaxGradNorm); !status)
            return status;
        if (work.onProgress)
            work.onProgress({ "documents", step + 1, total, figures.loss, figures.accuracy });
    }
    return {};
}

} // namespace msrl::demo
