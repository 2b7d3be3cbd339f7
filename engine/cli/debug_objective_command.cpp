// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/advantages.h"
#include "engine/cli/debug_commands.h"
#include "engine/cli/debug_tensors.h"
#include "engine/cli/json_lines.h"
#include "engine/update/objective.h"
#include "engine/update/token_logprobs.h"

#include <ATen/TensorOperators.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace msrl::cli {

namespace {

using base::Json;
using base::ObjectReader;

base::Result<Json> advantages(const Json& row, const std::string& place)
{
    ObjectReader in(row, place);
    in.text("op");
    const Json& rewards = in.array("rewards");
    const std::int64_t groupSize = in.integer("num_generations");
    const std::string scale = in.text("scale_rewards", "group");
    const double epsilon = in.real("eps", 1e-4);
    if (groupSize < 1 || rewards.size() % static_cast<std::size_t>(std::max<std::int64_t>(1, groupSize)) != 0)
        in.fault("num_generations", fmt::format("{} does not divide {} rewards", groupSize, rewards.size()));
    if (scale != "group" && scale != "batch" && scale != "none")
        in.fault("scale_rewards", fmt::format("is '{}'", scale), "use group, batch or none");
    const auto values = vectorFrom(rewards);
    if (!values)
        in.fault("rewards", "holds something other than numbers");
    if (auto status = in.finish(ObjectReader::Unknown::Keep); !status)
        return status.error();
    const auto how = scale == "group" ? judge::AdvantageScale::Group
        : scale == "batch"            ? judge::AdvantageScale::Batch
                                      : judge::AdvantageScale::None;
    const judge::Advantages result
        = judge::groupAdvantages(*values, static_cast<std::size_t>(groupSize), how, epsilon);
    return Json { { "advantages", result.values }, { "frac_reward_zero_std", result.zeroVarianceShare } };
}

std::optional<double> optionalReal(ObjectReader& in, const char* key)
{
    const Json& value = in.any(key);
    if (value.is_null())
        return std::nullopt;
    if (!value.is_number())
        in.fault(key, "is neither a number nor null");
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

base::Result<update::ObjectiveOptions> objectiveOptions(ObjectReader& in, const std::string& place)
{
    update::ObjectiveOptions options;
    const std::string aggregation = in.text("aggregation", "grpo");
    options.clipLow = in.real("eps_low", options.clipLow);
    options.clipHigh = in.real("eps_high", options.clipHigh);
    options.klWeight = in.real("beta", 0.0);
    options.delta = optionalReal(in, "delta");
    options.dualClip = optionalReal(in, "dual_clip");
    options.logRatioClamp = optionalReal(in, "logratio_clamp");
    options.importanceCap = optionalReal(in, "importance_cap");
    const std::string ratio = in.text("ratio", "token");
    const std::string estimator = in.text("kl_estimator", "k3");
    const auto level = update::ratioLevelFromName(ratio);
    const auto kl = update::klEstimatorFromName(estimator);
    if (!level)
        in.fault("ratio", fmt::format("is '{}'", ratio), "use token or sequence");
    if (!kl)
        in.fault("kl_estimator", fmt::format("is '{}'", estimator), "use k1, k2 or k3");
    options.ratioLevel = level.value_or(options.ratioLevel);
    options.klEstimator = kl.value_or(options.klEstimator);
    const auto known = update::aggregationFromName(aggregation);
    if (!known)
        in.fault("aggregation", fmt::format("is '{}'", aggregation), "use grpo, bnpo, dr_grpo or dapo");
    options.aggregation = known.value_or(options.aggregation);
    if (auto status = update::validate(options); !status)
        return base::within(status.error(), place);
    return options;
}

// All tensors of the case are [N, T] but for the advantages, [N].
base::Result<update::ObjectiveInputs> objectiveInputs(ObjectReader& in, double klWeight)
{
    update::ObjectiveInputs inputs;
    inputs.logprobs = tensorAt(in, "logp", { -1, -1 });
    if (inputs.logprobs.defined()) {
        const std::int64_t rows = inputs.logprobs.size(0);
        const std::int64_t tokens = inputs.logprobs.size(1);
        inputs.oldLogprobs = tensorAt(in, "old", { rows, tokens }, Presence::Optional);
        inputs.refLogprobs
            = tensorAt(in, "ref", { rows, tokens }, klWeight > 0 ? Presence::Required : Presence::Optional);
        inputs.mask = tensorAt(in, "mask", { rows, tokens });
        inputs.advantages = tensorAt(in, "advantages", { rows });
    }
    return inputs;
}

// Where the mask is 0 anything may stand, also what is not finite; training has no such tokens.
at::Tensor unmasked(const at::Tensor& values, const at::Tensor& mask)
{
    return values.defined() ? values.masked_fill(mask == 0, 0) : values;
}

Json lossJson(const update::ObjectiveInputs& given, const update::ObjectiveOptions& options,
    const update::BatchTotals& totals)
{
    given.logprobs.requires_grad_(true);
    update::ObjectiveInputs inputs = given;
    for (at::Tensor* values : { &inputs.logprobs, &inputs.oldLogprobs, &inputs.refLogprobs })
        *values = unmasked(*values, given.mask);
    if (inputs.oldLogprobs.defined())
        inputs.sequenceLogRatios
            = update::sequenceLogRatios(inputs.logprobs, inputs.oldLogprobs, inputs.mask);
    const at::Tensor weights = update::tokenWeights(inputs.mask, options.aggregation, totals);
    const at::Tensor loss = (update::tokenLosses(inputs, options) * weights).sum();
    loss.backward();
    const update::ObjectiveSums sums = update::objectiveSums(inputs, options);
    const double tokens = std::max(1.0, sums.tokens);
    Json out = Json::object();
    out["loss"] = loss.item().toDouble();
    out["grad"] = jsonFrom(given.logprobs.grad());
    out["clip_ratio_low"] = sums.clippedLow / tokens;
    out["clip_ratio_high"] = sums.clippedHigh / tokens;
    out["kl"] = inputs.refLogprobs.defined() ? Json(sums.kl / tokens) : Json(nullptr);
    return out;
}

base::Result<Json> loss(const Json& row, const std::string& place)
{
    ObjectReader in(row, place);
    in.text("op");
    const auto options = objectiveOptions(in, place);
    if (!options)
        return options.error();
    const auto inputs = objectiveInputs(in, options->klWeight);
    const bool needsLength = options->aggregation == update::Aggregation::DrGrpo;
    update::BatchTotals totals;
    totals.maxCompletionLength
        = in.integer("max_completion_length", needsLength ? std::nullopt : std::optional<std::int64_t>(0));
    if (needsLength && totals.maxCompletionLength < 1)
        in.fault("max_completion_length", fmt::format("is {}", totals.maxCompletionLength), "use 1 or more");
    if (auto status = in.finish(ObjectReader::Unknown::Keep); !status)
        return status.error();
    totals.completions = inputs->logprobs.size(0);
    totals.tokens = static_cast<std::int64_t>(inputs->mask.sum().item().toDouble());
    return lossJson(*inputs, *options, totals);
}

base::Result<Json> logprob(const Json& row, const std::string& place)
{
    ObjectReader in(row, place);
    in.text("op");
    update::TokenLogprobOptions options;
    options.temperature = in.real("temperature", 1.0);
    options.entropy = true;
    const at::Tensor hidden = tensorAt(in, "hidden", { -1, -1 });
    const at::Tensor weight = tensorAt(in, "weight", { -1, hidden.defined() ? hidden.size(1) : -1 });
    const at::Tensor targets = tensorAt(in, "targets", { hidden.defined() ? hidden.size(0) : -1 });
    if (!(options.temperature > 0))
        in.fault("temperature", fmt::format("is {}", options.temperature), "use more than 0");
    if (targets.defined() && weight.defined() && targets.numel() > 0
        && !(targets.min().item().toDouble() >= 0
            && targets.max().item().toDouble() < static_cast<double>(weight.size(0))
            && targets.equal(targets.floor())))
        in.fault("targets", fmt::format("is not all whole numbers below {}", weight.size(0)));
    if (auto status = in.finish(ObjectReader::Unknown::Keep); !status)
        return status.error();
    const auto result = update::tokenLogprobs(hidden, weight, targets.to(at::kLong), options);
    return Json { { "logprob", jsonFrom(result.logprobs) }, { "entropy", jsonFrom(result.entropy) } };
}

base::Result<Json> answer(const Json& row, const std::string& place)
{
    const bool named = row.is_object() && row.contains("op") && row["op"].is_string();
    const std::string op = named ? row["op"].get<std::string>() : std::string();
    if (op == "advantages")
        return advantages(row, place);
    if (op == "loss")
        return loss(row, place);
    if (op == "logprob")
        return logprob(row, place);
    return base::badInput(
        fmt::format("no operation '{}'", op), place + ", field op", "use advantages, loss or logprob");
}

} // namespace

void addDebugObjective(CLI::App& debug, Action& action)
{
    CLI::App* command = debug.add_subcommand("objective",
        "Advantages, losses with gradients and log-probabilities as training computes them, in float64.");
    command->callback([&action] { action = [] { return answerLines(answer); }; });
}

} // namespace msrl::cli
