// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine debug train-step: loss, the gradient of every parameter, and the parameters after AdamW steps
// on one batch.
#include "core/base/json.h"
#include "engine/cli/debug_commands.h"
#include "engine/cli/debug_inputs.h"
#include "engine/model/safetensors.h"
#include "engine/update/optimiser.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace msrl::cli {
namespace {

struct TrainOptions : DebugOptions
{
    int steps = 1;
    double lr = 1e-3;
    double weightDecay = 0.1;
    std::string decay = "all";
    update::AdamOptions adam;
};

base::Status checkOptions(const TrainOptions& options)
{
    const std::tuple<const char*, double, double, double> ranges[] = { { "--lr", options.lr, 0.0, 1e6 },
        { "--weight-decay", options.weightDecay, 0.0, 1e6 },
        { "--beta1", options.adam.beta1, 0.0, 0.999999999 },
        { "--beta2", options.adam.beta2, 0.0, 0.999999999 }, { "--eps", options.adam.epsilon, 0.0, 1e6 },
        { "--clip", options.adam.maxGradNorm, 0.0, 1e12 }, { "--steps", options.steps, 1.0, 1e6 } };
    for (const auto& [name, value, least, most] : ranges) {
        if (!(value >= least && value <= most))
            return base::badInput(fmt::format("{} is {}, expected {} to {}", name, value, least, most));
    }
    if (options.decay != "all" && options.decay != "split")
        return base::badInput("--decay is '" + options.decay + "', expected all or split");
    return {};
}

// Mean over all labels but -100 of -log softmax(logits at t-1)[label at t], in float32 at least.
at::Tensor lossOf(const DebugSession& session, const at::Tensor& embeds)
{
    constexpr std::int64_t kIgnored = -100;
    constexpr std::int64_t kMean = 1; // at::Reduction::Mean
    const model::Prefix prefix = model::prefill(session.policy, embeds, session.inputs.spans);
    const at::Tensor hidden = session.inputs.shown.spread(prefix.hidden);
    at::Tensor z = model::logits(session.policy, hidden).narrow(1, 0, session.inputs.ids.size(1) - 1);
    if (z.scalar_type() == at::kBFloat16)
        z = z.to(at::kFloat);
    return at::cross_entropy_loss(
        z.flatten(0, 1), session.inputs.labels.slice(1, 1).flatten().to(at::kLong), {}, kMean, kIgnored);
}

std::vector<update::ParameterGroup> groupsOf(const model::Policy& policy, const TrainOptions& options)
{
    std::vector<update::NamedParameter> parameters;
    for (const model::Parameter& parameter : policy.parameters)
        parameters.push_back({ parameter.name, parameter.value });
    if (options.decay == "split")
        return update::splitByDecay(parameters, options.lr, options.weightDecay, "all");
    return { { "all", parameters, options.lr, options.weightDecay } };
}

base::Status trainStep(const TrainOptions& options)
{
    if (const base::Status fault = checkOptions(options); !fault)
        return fault;
    auto session = openDebugSession(options, true);
    if (!session)
        return session.error();
    model::setTrainable(
        session->policy, { model::Part::Vision, model::Part::Projector, model::Part::Language });
    update::Adam adam(groupsOf(session->policy, options), options.adam);
    std::vector<model::NamedTensor> results;
    std::vector<double> losses;
    std::vector<double> norms;
    for (int step = 0; step <= options.steps; ++step) { // the last one only measures
        const auto embeds = debugEmbeds(*session, 0);
        if (!embeds)
            return embeds.error();
        const at::Tensor loss = lossOf(*session, *embeds);
        losses.push_back(loss.item<double>());
        if (step == options.steps)
            break;
        adam.zeroGrad();
        loss.backward();
        if (step == 0) {
            results.emplace_back("loss", loss.detach().clone());
            for (const model::Parameter& p : session->policy.parameters)
                results.emplace_back("grad." + p.name,
                    p.value.grad().defined() ? p.value.grad().clone() : at::zeros_like(p.value));
        }
        const update::StepReport report = adam.step(1.0);
        if (report.skipped)
            return base::failed(
                fmt::format("step {}: the gradient is not finite", step + 1), report.offender);
        norms.push_back(report.gradNorm);
    }
    for (const model::Parameter& p : session->policy.parameters)
        results.emplace_back("after." + p.name, p.value.detach());
    const auto wide = at::TensorOptions().dtype(at::kDouble);
    results.emplace_back("losses", at::tensor(losses, wide));
    results.emplace_back("grad_norms", at::tensor(norms, wide));
    if (const base::Status fault = model::writeSafetensors(options.out, results); !fault)
        return fault;
    base::Json said = { { "out", options.out.string() }, { "losses", losses }, { "grad_norms", norms } };
    if (!session->note.empty())
        said["note"] = session->note;
    print(options.json ? said.dump() + "\n"
                       : fmt::format("loss {} -> {}\n{}", losses.front(), losses.back(), noteLine(*session)));
    return {};
}

} // namespace

void addDebugTrainStep(CLI::App& debug, Action& action)
{
    CLI::App* command = debug.add_subcommand("train-step",
        "Tensors in: as for forward, and labels [B,S] int64 (-100 = ignored; the label at t is predicted "
        "from "
        "t-1). Out: loss and grad.NAME (first step), after.NAME (after the last), losses (before each step "
        "and "
        "after the last), grad_norms (before clipping).");
    const auto options = std::make_shared<TrainOptions>();
    addDebugOptions(*command, *options);
    command->add_option("--steps", options->steps, "AdamW steps on the same batch.")->capture_default_str();
    command->add_option("--lr", options->lr, "Learning rate.")->capture_default_str();
    command->add_option("--beta1", options->adam.beta1, "Decay of AdamW's mean of gradients.")
        ->capture_default_str();
    command->add_option("--beta2", options->adam.beta2, "Decay of its mean of squares.")
        ->capture_default_str();
    command
        ->add_option("--weight-decay", options->weightDecay,
            "Share of each parameter that a step with rate 1 takes away.")
        ->capture_default_str();
    command->add_option("--eps", options->adam.epsilon, "Added to the root of the mean of squares.")
        ->capture_default_str();
    command->add_option("--clip", options->adam.maxGradNorm, "Largest norm of the gradient; 0: no clipping.")
        ->capture_default_str();
    command->add_option("--decay", options->decay, "all, or split: none on biases and norm weights.")
        ->capture_default_str();
    command->callback([&action, options] { action = [options] { return trainStep(*options); }; });
}

} // namespace msrl::cli
