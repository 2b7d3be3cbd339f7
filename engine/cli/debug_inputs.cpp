// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/debug_inputs.h"

#include "engine/device/device.h"
#include "engine/model/safetensors.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones_like.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

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

// Each row's run of ones: where it begins and how long it is.
base::Status readMask(const at::Tensor& stored, DebugInputs& out, const std::string& place)
{
    out.mask = stored.defined() ? stored != 0 : at::ones_like(out.ids, at::kBool);
    for (std::int64_t row = 0; row < out.ids.size(0); ++row) {
        const std::int64_t length = out.mask[row].sum().item<std::int64_t>();
        if (length == 0)
            return base::badInput(fmt::format("attention_mask hides all of row {}", row), place);
        const std::int64_t begin = out.mask[row].to(at::kInt).argmax().item<std::int64_t>();
        if (begin + length > out.ids.size(1) || !out.mask[row].narrow(0, begin, length).all().item<bool>())
            return base::badInput(
                fmt::format("attention_mask of row {} has holes, which is not implemented", row), place);
        out.spans.begins.push_back(begin);
        out.spans.lengths.push_back(length);
    }
    return {};
}

base::Status readPositions(
    const at::Tensor& stored, std::int64_t maxPositions, DebugInputs& out, const std::string& place)
{
    out.hasPositions = stored.defined();
    const std::int64_t columns = out.ids.size(1);
    for (std::int64_t row = 0; row < out.ids.size(0); ++row) {
        for (std::int64_t t = 0; t < columns; ++t) {
            const std::int64_t position = stored.defined()
                ? stored[row][t].item<std::int64_t>()
                : std::max<std::int64_t>(0, t - out.spans.begins[static_cast<std::size_t>(row)]);
            if (position < 0 || position >= maxPositions)
                return base::badInput(
                    fmt::format("position {} in row {}, the model has {}", position, row, maxPositions),
                    place);
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
    for (const model::TensorEntry& entry : file->entries()) {
        if (std::find(kKnown.begin(), kKnown.end(), entry.name) == kKnown.end())
            return base::badInput(fmt::format("unknown tensor '{}'", entry.name), place,
                fmt::format("known: {}", fmt::join(kKnown, ", ")));
    }
    DebugInputs out;
    out.ids = tensorOf(*file, "input_ids");
    if (!out.ids.defined() || out.ids.dim() != 2 || out.ids.scalar_type() != at::kLong
        || out.ids.numel() == 0)
        return base::badInput("input_ids must be an int64 tensor [B,S] with content", place);
    const at::Tensor mask = tensorOf(*file, "attention_mask");
    const at::Tensor positions = tensorOf(*file, "position_ids");
    out.labels = tensorOf(*file, "labels");
    for (const auto& [tensor, name] : { std::pair { &mask, "attention_mask" },
             std::pair { &positions, "position_ids" }, std::pair { &std::as_const(out.labels), "labels" } }) {
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
    out.visual = { tensorOf(*file, "pixel_values"), tensorOf(*file, "image_sizes"),
        tensorOf(*file, "pixel_values_videos") };
    for (at::Tensor* pixels : { &out.visual.pixels, &out.visual.videoPixels }) {
        if (pixels->defined() && !at::isFloatingType(pixels->scalar_type()))
            return base::badInput("pixel values must be floating point numbers", place);
    }
    return out;
}

base::Status checkLabels(const at::Tensor& labels, std::int64_t vocabulary, const std::string& place)
{
    constexpr std::int64_t kIgnored = -100;
    if (!labels.defined())
        return base::badInput(
            "no tensor 'labels'", place, "add int64 [B,S]; -100 marks what is not trained on");
    const at::Tensor used = labels.slice(1, 1);
    if (((used < 0) & (used != kIgnored)).any().item<bool>() || (used >= vocabulary).any().item<bool>())
        return base::badInput(fmt::format("labels outside the vocabulary of {}", vocabulary), place);
    if ((used == kIgnored).all().item<bool>())
        return base::badInput("labels ignore every token", place);
    return {};
}

} // namespace

void addDebugOptions(CLI::App& command, DebugOptions& options)
{
    command.add_option("--model", options.model, "Model folder.")->required();
    command.add_option("--tensors", options.tensors, "Input tensors, a safetensors file.")->required();
    command.add_option("--out", options.out, "Where the results go, a new safetensors file.")->required();
    command.add_option("--dtype", options.dtype, "float32, bfloat16 or float64.")->capture_default_str();
    command.add_option("--threads", options.threads, "Processor threads.")->capture_default_str();
    command.add_flag("--json", options.json, "Say what was written as JSON.");
}

base::Result<DebugSession> openDebugSession(const DebugOptions& options, bool wantsLabels)
{
    if (const base::Status fault = device::setThreads(options.threads); !fault)
        return fault.error();
    const auto dtype = device::parseDtype(options.dtype);
    if (!dtype)
        return dtype.error();
    std::error_code ignored;
    const fs::path parent = options.out.has_parent_path() ? options.out.parent_path() : fs::path(".");
    if (!fs::is_directory(parent, ignored) || fs::is_directory(options.out, ignored))
        return base::badInput("cannot be written: its folder is missing or it is one", options.out.string());
    auto policy = model::loadPolicy(options.model, *dtype);
    if (!policy)
        return policy.error();
    auto inputs = readInputs(options.tensors, *policy);
    if (!inputs)
        return inputs.error();
    if (wantsLabels) {
        const base::Status fault
            = checkLabels(inputs->labels, policy->config.text.vocabulary, options.tensors.string());
        if (!fault)
            return fault.error();
    }
    return DebugSession { std::move(*policy), std::move(*inputs) };
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
    return model::embedVisual(policy, ids, *features);
}

} // namespace msrl::cli
