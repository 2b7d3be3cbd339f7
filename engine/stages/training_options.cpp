// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/training_options.h"

#include <cmath>

namespace msrl::stages {

std::vector<model::Part> trainedParts(const std::string& choice)
{
    if (choice == "all")
        return { model::Part::Vision, model::Part::Projector, model::Part::Language };
    if (choice == "language+projector")
        return { model::Part::Projector, model::Part::Language };
    return { model::Part::Language };
}

update::ScheduleOptions scheduleOf(const StageContext& context, std::int64_t totalSteps)
{
    update::ScheduleOptions schedule;
    schedule.kind = *update::scheduleFromName(context.text("schedule"));
    schedule.totalSteps = totalSteps;
    schedule.warmupSteps
        = static_cast<std::int64_t>(std::llround(context.real("warmup") * static_cast<double>(totalSteps)));
    schedule.floor = context.real("final_lr");
    return schedule;
}

c10::ScalarType computeFormat(const StageContext& context)
{
    return context.text("compute_dtype") == "bfloat16" ? c10::ScalarType::BFloat16 : c10::ScalarType::Float;
}

// Only reinforcement has a reference, and only with a KL term one that is used.
std::int64_t referenceResets(const StageContext& context)
{
    const bool hasReference = context.step.params.contains("reference_reset") && context.real("beta") > 0;
    return hasReference ? context.integer("reference_reset") : 0;
}

std::int64_t stepsPerJudgement(const StageContext& context)
{
    const bool best
        = context.step.params.contains("result_policy") && context.text("result_policy") == "best";
    return best ? context.integer("best_every") : 0;
}

parallel::ShardedAdam optimiserOf(const StageContext& context, const model::Policy& policy)
{
    std::vector<update::NamedParameter> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back({ parameter.name, parameter.value });
    update::AdamOptions options;
    options.beta1 = context.real("beta1");
    options.beta2 = context.real("beta2");
    options.maxGradNorm = context.real("clip_norm");
    return parallel::ShardedAdam(
        update::splitByDecay(std::move(parameters), 1.0, context.real("weight_decay"), "policy"), options,
        context.ranks);
}

} // namespace msrl::stages
