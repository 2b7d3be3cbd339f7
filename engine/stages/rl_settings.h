// SPDX-License-Identifier: GPL-3.0-or-later
// What the fields of a reinforcement step ask for, in the terms of judge/, update/ and rollout/.
#pragma once

#include "engine/stages/rl_step.h"
#include "engine/stages/stage.h"
#include "engine/update/policy_update.h"

namespace msrl::stages {

RewardSettings rewardSettings(const StageContext& context);
update::UpdateOptions updateOptions(const StageContext& context);

} // namespace msrl::stages
