// SPDX-License-Identifier: GPL-3.0-or-later
// Which samples the batches of a reinforcement stage hold: one definition for the stage and for its preview.
#pragma once

#include "core/curriculum/plan.h"
#include "core/data/replay_mixer.h"

#include <cstddef>

namespace msrl::stages {

// What the step's fields ask for. BadInput with the node: a schedule that cannot be read.
base::Result<data::ReplayRatio> replayRatioOf(const curriculum::PlanStep& step);

// Seeded by the plan and the step. Without replay samples nothing is replayed.
base::Result<data::ReplayMixer> makeMixer(const curriculum::Plan& plan, const curriculum::PlanStep& step,
    std::size_t numNew, std::size_t numReplay);

} // namespace msrl::stages
