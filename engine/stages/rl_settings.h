// SPDX-License-Identifier: GPL-3.0-or-later
// What the fields of a reinforcement step ask for, in the terms of data/, judge/, update/ and rollout/.
#pragma once

#include "core/data/replay_mixer.h"
#include "engine/stages/rl_step.h"
#include "engine/stages/stage.h"
#include "engine/update/policy_update.h"

namespace msrl::stages {

RewardSettings rewardSettings(const StageContext& context);
update::UpdateOptions updateOptions(const StageContext& context);
// The mixer of so many new and replayed samples.
data::MixerOptions mixerOptions(const StageContext& context, std::size_t numNew, std::size_t numReplay);
// There are old samples, and the fields ask for them.
bool wantsReplay(const StageContext& context);

} // namespace msrl::stages
