// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/debug_inputs.h"

#include "core/base/clock.h"
#include "engine/cli/checks.h"
#include "engine/cli/output_file.h"
#include "engine/device/device.h"
#include "engine/model/loading.h"
#include "engine/model/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

constexpr std::array kKnown { "input_ids", "attention_mask", "position_ids", "pixel_values",
    "pixel_values_videos", "image_sizes", "labels" };

at::Tensor tensorOf(const model::SafetensorsFile& file, const char* name)
{
    const model::TensorEntry* entry = file.find(name);
    return entry ? file.view(*entry).clone() : at::Tensor();
}

// Whole numbers of any width as int64; anything else as it is.
at::Tensor integersOf(const model::SafetensorsFile& file, const char* name)
{
    const at::Tensor stored = tensorOf(file, name);
    return stored.defined() && at::isIntegralType(stored.scalar_type(), false) ? stored.to(at::kLong)
                                                                               : stored;
}

base::Status checkShape(
    const at::Tensor& tensor, const char* name, const at::Tensor& ids, const std::string& place)
{
    if (!tensor.defined())
        return {};
    if (tensor.sizes() != ids.sizes())
        return base::badInput(fmt::format("{} has shape [{}], input_ids [{}]", name,
                                  fmt::join(tensor.sizes().vec(), ","), fmt::join(ids.sizes().vec(), ",")),
            place);
    if (!at::isIntegralType(tensor.scalar_type(), true))
        return base::badInput(fmt::format("{} does not hold integers", name), place);
    return {};
}

base::Status readMask(const at::Tensor& stored, DebugInputs& out, const std::string& place)
{
    out.mask = stored.defined() ? stored != 0 : at::ones_like(out.ids, at::kBool);
    auto shown = ShownTokens::from(out.mask, place);
    if (!shown)
        return shown.error();
    out.shown = std::move(*shown);
    out.spans.begins = out.shown.begins();
    out.spans.lengths = out.shown.lengths();
    return {};
}

// Without position_ids a row counts its columns from its first shown token, hidden ones among them.
base::Status readPositions(
    const at::Tensor& stored, std::int64_t maxPositions, DebugInputs& out, const std::string& file)
{
    out.hasPositions = stored.defined();
    for (std::int64_t row = 0; row < out.ids.size(0); ++row) {
        const std::int64_t begin = out.spans.begins[static_cast<std::size_t>(row)];
        for (std::int64_t place = 0; place < out.shown.numColumns(); ++place) {
            const bool padding = out.shown.hasHoles() && place < begin;
            const std::int64_t t = padding ? 0 : out.shown.column(row, place);
            const std::int64_t first = out.shown.column(row, begin);
            const std::int64_t position = padding ? 0
                : stored.defined()                ? stored[row][t].item<std::int64_t>()
                                                  : std::max<std::int64_t>(0, t - first);
            if (position < 0 || position >= maxPositions)
                return base::badInput(
                    fmt::format("position {} in row {}, the model has {}", position, row, maxPositions),
                    file);
            out.spans.positions.push_back(position);
        }
    }
    return {};
}

base::Result<DebugInputs> readInputs(const fs::path& path, const model::Policy& policy)
{
    const auto file = model::SafetensorsFile::open(path);
    if (!file)
        return file.error();
    const std::string place = path.string();
    DebugInputs out;
    for (const model::TensorEntry& entry : file->entries()) {
        if (std::find(kKnown.begin(), kKnown.end(), entry.name) == kKnown.end())
            out.unread.push_back(entry.name);
    }
    out.ids = integersOf(*file, "input_ids");
    if (!out.ids.defined() || out.ids.dim() != 2 || out.ids.scalar_type() != at::kLong
        || out.ids.numel() == 0)
        return base::badInput("input_ids must be a tensor [B,S] of whole numbers with content", place);
    const at::Tensor mask = tensorOf(*file, "attention_mask");
    at::Tensor positions = tensorOf(*file, "position_ids");
    if (positions.defined() && positions.dim() == 2 && positions.size(0) == 1)
        positions = positions.expand({ out.ids.size(0), positions.size(1) }); // one row for all
    out.labels = tensorOf(*file, "labels");
    for (const auto& [tensor, name] :
        { std::pair { &mask, "attention_mask" }, std::pair { &std::as_const(positions), "position_ids" },
            std::pair { &std::as_const(out.labels), "labels" } }) {
        if (const base::Status fault = checkShape(*tensor, name, out.ids, place); !fault)
            return fault.error();
    }
    const std::int64_t maxPositions = policy.config.text.maxPositions;
    if (out.ids.size(1) > maxPositions)
        return base::badInput(
            fmt::format("{} tokens, the model has {} positions", out.ids.size(1), maxPositions), place);
    if (const base::Status fault = readMask(mask, out, place); !fault)
        return fault.error();
    if (const base::Status fault = readPositions(positions, maxPositions, out, place); !fault)
        return fault.error();
    out.visual = { tensorOf(*file, "pixel_values"), integersOf(*file, "image_sizes"),
        tensorOf(*file, "pixel_values_videos") };
    for (at::Tensor* pixels : { &out.visual.pixels, &out.visual.videoPixels }) {
        if (pixels->defined() && !at::isFloatingType(pixels->scalar_type()))
            return base::badInput("pixel values must be floating point numbers", place);
    }
    return out;
}

base::Status checkLabels(const DebugInputs& inputs, std::int64_t vocabulary, const std::string& place)
{
    constexpr std::int64_t kIgnored = -100;
    const at::Tensor& labels = inputs.labels;
    if (!labels.defined())
        return base::badInput(
            "no tensor 'labels'", place, "add int64 [B,S]; -100 marks what is not trained on");
    const at::Tensor used = labels.slice(1, 1);
    if (((used < 0) & (used != kIgnored)).any().item<bool>() || (used >= vocabulary).any().item<bool>())
        return base::badInput(fmt::format("labels outside the vocabulary of {}", vocabulary), place);
    if ((used == kIgnored).all().item<bool>())
        return base::badInput("labels ignore every token", place);
    const at::Tensor seen = inputs.mask.narrow(1, 0, inputs.mask.size(1) - 1);
    if (inputs.shown.hasHoles() && (used != kIgnored).logical_and(seen.logical_not()).any().item<bool>())
        return base::badInput("a label is predicted from a token that attention_mask hides", place,
            "give it -100: the label at t is predicted from t-1");
    return {};
}

// The id that occurs as often as the images have features, when there is exactly one.
base::Result<std::int64_t> concludeImageToken(
    const DebugInputs& inputs, const model::ModelConfig& config, const std::string& place)
{
    const char* const remedy = "name it: --image-token ID";
    const std::int64_t features = inputs.visual.pixels.size(0) * config.tokensPerTile();
    std::map<std::int64_t, std::int64_t> counts;
    const at::Tensor flat = inputs.ids.contiguous();
    for (std::int64_t i = 0; i < flat.numel(); ++i)
        ++counts[flat.const_data_ptr<std::int64_t>()[i]];
    std::vector<std::int64_t> candidates;
    for (const auto& [id, count] : counts) {
        if (count == features)
            candidates.push_back(id);
    }
    if (candidates.size() == 1)
        return candidates.front();
    return base::badInput(
        fmt::format(
            "the model's folder does not say which id the image token has, and {} ids occur {} times, as "
            "often as the images have features",
            candidates.size(), features),
        place, remedy);
}

void addNote(DebugSession& session, const std::string& what)
{
    session.note += (session.note.empty() ? "" : "; ") + what;
}

base::Status resolveImageToken(const DebugOptions& options, DebugSession& session)
{
    model::ModelConfig& config = session.policy.config;
    if (options.imageToken >= config.text.vocabulary)
        return base::badInput(fmt::format(
            "--image-token is {}, outside the vocabulary of {}", options.imageToken, config.text.vocabulary));
    if (config.imageTokenId >= 0 && options.imageToken >= 0 && options.imageToken != config.imageTokenId)
        return base::badInput(fmt::format("--image-token is {}, the model's folder says {}",
                                  options.imageToken, config.imageTokenId),
            options.model.string());
    if (config.imageTokenId < 0)
        config.imageTokenId = options.imageToken;
    const at::Tensor& pixels = session.inputs.visual.pixels;
    if (config.imageTokenId >= 0 || !pixels.defined() || pixels.dim() != 4)
        return {};
    const auto id = concludeImageToken(session.inputs, config, options.tensors.string());
    if (!id)
        return id.error();
    config.imageTokenId = *id;
    addNote(session,
        fmt::format("{} does not say which id the image token has: taken to be {}, the only one "
                    "that occurs as often as the "
                    "images have features",
            options.model.string(), *id));
    return {};
}

} // namespace

void addDebugOptions(CLI::App& command, DebugOptions& options)
{
    command.add_option("--model", options.model, "Model folder.")->required();
    command.add_option("--tensors", options.tensors, "Input tensors, a safetensors file.")->required();
    command.add_option("--out", options.out, "Where the results go, a new safetensors file.")->required();
    command.add_option("--dtype", options.dtype, "float32, bfloat16 or float64.")->capture_default_str();
    command
        .add_option("--image-token", options.imageToken,
            "Id of the image token, for a folder of the original form without a tokenizer.")
        ->check(wholeFrom(0));
    command.add_option("--threads", options.threads, "Processor threads.")
        ->check(wholeFrom(1))
        ->capture_default_str();
    command.add_flag("--json", options.json, "Say what was written as JSON.");
}

base::Result<DebugSession> openDebugSession(const DebugOptions& options, bool wantsLabels)
{
    if (const base::Status fault = device::setThreads(options.threads); !fault)
        return fault.error();
    const auto dtype = device::parseDtype(options.dtype);
    if (!dtype)
        return dtype.error();
    if (const base::Status fault = checkTensorsFile(options.out); !fault)
        return fault.error();
    const double start = base::monotonicSeconds();
    const bool widened = options.exactSums && *dtype == at::kFloat;
    auto policy = model::loadPolicy(options.model, widened ? at::kDouble : *dtype, c10::kCPU,
        { model::ImageToken::MayBeUnknown, model::WeightMemory::Mapped });
    if (!policy)
        return policy.error();
    const double loadSeconds = base::monotonicSeconds() - start;
    auto inputs = readInputs(options.tensors, *policy);
    if (!inputs)
        return inputs.error();
    if (wantsLabels) {
        const base::Status fault
            = checkLabels(*inputs, policy->config.text.vocabulary, options.tensors.string());
        if (!fault)
            return fault.error();
    }
    DebugSession session { std::move(*policy), std::move(*inputs), {}, loadSeconds };
    if (const auto& unread = session.inputs.unread; !unread.empty())
        addNote(session,
            fmt::format("{}: no inputs, not read: {}", options.tensors.string(), fmt::join(unread, ", ")));
    if (const base::Status fault = resolveImageToken(options, session); !fault)
        return fault.error();
    return session;
}

std::string noteLine(const DebugSession& session)
{
    return session.note.empty() ? std::string() : "note: " + session.note + "\n";
}

base::Result<at::Tensor> debugEmbeds(
    const DebugSession& session, std::int64_t newTokens, const model::Trace& trace)
{
    const model::Policy& policy = session.policy;
    const at::Tensor& ids = session.inputs.ids;
    const auto features = model::visualFeatures(policy, session.inputs.visual, trace);
    if (!features)
        return features.error();
    if (const base::Status fault = model::checkVisualTokens(policy, ids, *features, ids.size(1) + newTokens);
        !fault)
        return fault.error();
    return session.inputs.shown.pack(model::embedVisual(policy, ids, *features));
}

} // namespace msrl::cli
