// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/rl_settings.h"

#include "core/curriculum/node_types.h"
#include "core/judge/rewards.h"
#include "engine/stages/held_out.h"

#include <optional>

namespace msrl::stages {

namespace {

// Of fields that 0 switches off.
std::optional<double> unlessZero(double value)
{
    return value == 0 ? std::nullopt : std::optional(value);
}

Overlong overlongOf(const std::string& choice)
{
    return choice == "mask" ? Overlong::Mask : choice == "penalty" ? Overlong::Penalty : Overlong::Learn;
}

} // namespace

RewardSettings rewardSettings(const StageContext& context)
{
    RewardSettings settings;
    settings.parser = parserOf(context);
    for (const judge::RewardType& type : judge::rewardTypes())
        settings.weights[type.name] = context.real(curriculum::rewardWeightField(type.name));
    const std::string scale = context.text("scale_rewards");
    settings.scale = scale == "group" ? judge::AdvantageScale::Group
        : scale == "batch"            ? judge::AdvantageScale::Batch
                                      : judge::AdvantageScale::None;
    settings.overlong = overlongOf(context.text("overlong"));
    settings.longest = context.integer("max_new_tokens");
    settings.overlongTokens = context.integer("overlong_tokens");
    settings.overlongWeight = context.real("overlong_weight");
    return settings;
}

update::UpdateOptions updateOptions(const StageContext& context)
{
    update::UpdateOptions options;
    options.loss = update::LossKind::PolicyGradient;
    update::ObjectiveOptions& objective = options.objective;
    objective.clipLow = context.real("clip_low");
    objective.clipHigh = context.real("clip_high");
    objective.delta = unlessZero(context.real("delta"));
    objective.dualClip = unlessZero(context.real("dual_clip"));
    objective.ratioLevel = *update::ratioLevelFromName(context.text("ratio"));
    objective.importanceCap = unlessZero(context.real("importance_cap"));
    objective.logRatioClamp = unlessZero(context.real("log_ratio_clamp"));
    objective.klWeight = context.real("beta");
    objective.klEstimator = *update::klEstimatorFromName(context.text("kl_estimator"));
    objective.aggregation = *update::aggregationFromName(context.text("aggregation"));
    options.entropyWeight = context.real("entropy_weight");
    options.maxCompletionLength = context.integer("max_new_tokens");
    options.tokenBudget = context.integer("token_budget");
    options.recompute = context.flag("recompute");
    return options;
}

} // namespace msrl::stages
