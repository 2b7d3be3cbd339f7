// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine debug forward: logits and activations of given tokens and pixels.
#include "core/base/json.h"
#include "engine/cli/debug_commands.h"
#include "engine/cli/debug_inputs.h"
#include "engine/model/safetensors.h"

#include <ATen/core/grad_mode.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace {

struct ForwardOptions : DebugOptions
{
    bool trace = false;
    bool plain = false;
};

// As --dtype says, whatever they were computed in.
void narrow(std::vector<model::NamedTensor>& results, const std::string& dtype)
{
    for (auto& [name, tensor] : results) {
        if (dtype == "float32" && tensor.is_floating_point())
            tensor = tensor.to(at::kFloat);
    }
}

base::Status forward(const ForwardOptions& options)
{
    const at::NoGradGuard noGrad;
    const auto session = openDebugSession(options, false);
    if (!session)
        return session.error();
    std::vector<model::NamedTensor> results;
    model::Trace trace;
    if (options.trace)
        trace = [&results, &shown = session->inputs.shown](std::string_view name, const at::Tensor& value) {
            const at::Tensor whole = name.starts_with("lm.") ? shown.spread(value) : value;
            results.emplace_back(std::string(name), whole.clone());
        };
    const auto embeds = debugEmbeds(*session, 0, trace);
    if (!embeds)
        return embeds.error();
    const model::Prefix prefix = model::prefill(session->policy, *embeds, session->inputs.spans, trace);
    results.emplace_back(
        "logits", session->inputs.shown.spread(model::logits(session->policy, prefix.hidden)));
    narrow(results, options.dtype);
    if (const base::Status fault = model::writeSafetensors(options.out, results); !fault)
        return fault;
    base::Json said = { { "out", options.out.string() }, { "dtype", options.dtype }, { "tensors", {} } };
    if (!session->note.empty())
        said["note"] = session->note;
    for (const auto& [name, tensor] : results)
        said["tensors"][name] = tensor.sizes().vec();
    print(options.json
            ? said.dump() + "\n"
            : fmt::format("{}: {} tensors\n{}", options.out.string(), results.size(), noteLine(*session)));
    return {};
}

} // namespace

void addDebugForward(CLI::App& debug, Action& action)
{
    CLI::App* command = debug.add_subcommand("forward",
        "Tensors in: input_ids [B,S], optionally attention_mask, position_ids, pixel_values, image_sizes, "
        "pixel_values_videos. Out: logits, with --trace every activation.");
    const auto options = std::make_shared<ForwardOptions>();
    addDebugOptions(*command, *options);
    command->add_flag("--trace", options->trace,
        "Also vit.emb, vit.N, shuffled, proj, features_packed, lm.embeds, lm.N, lm.norm.");
    command->add_flag("--plain", options->plain,
        "All arithmetic in float32, as in a run. Otherwise sums of a float32 model are formed in float64 and "
        "the results rounded, so that no processor's order of additions shows; that takes twice the memory.");
    command->callback([&action, options] {
        action = [options] {
            options->exactSums = !options->plain;
            return forward(*options);
        };
    });
}

} // namespace msrl::cli
