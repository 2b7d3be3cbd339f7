// SPDX-License-Identifier: GPL-3.0-or-later
// What the fields of a training step ask for, in the terms of model/, update/ and parallel/.
#pragma once

#include "engine/model/policy.h"
#include "engine/parallel/sharded_adam.h"
#include "engine/stages/stage.h"
#include "engine/update/schedules.h"

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <string>
#include <vector>

namespace msrl::stages {

// Of a `trained` field.
std::vector<model::Part> trainedParts(const std::string& choice);
update::ScheduleOptions scheduleOf(const StageContext& context, std::int64_t totalSteps);
// Of the trainable parameters of `policy`. Its rate is 1, so that a step's factor is its learning rate: that
// of the project may change while the stage runs.
parallel::ShardedAdam optimiserOf(const StageContext& context, const model::Policy& policy);
// What rollout, forward and backward compute in.
c10::ScalarType computeFormat(const StageContext& context);
// Steps between resets of the KL reference; 0: it stays the stage's input, or there is none.
std::int64_t referenceResets(const StageContext& context);
// Steps between judgements of the policy; 0: the result is the last policy.
std::int64_t stepsPerJudgement(const StageContext& context);

} // namespace msrl::stages
