// SPDX-License-Identifier: GPL-3.0-or-later
// Which samples the batches of a reinforcement stage hold: one definition for the stage and for its preview.
#pragma once

#include "core/curriculum/plan.h"
#include "core/data/replay_mixer.h"
#include "core/data/sample.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace msrl::stages {

class MetricBatch;
struct StageContext;

// What the step's fields ask for. BadInput with the node: a schedule that cannot be read.
base::Result<data::ReplayRatio> replayRatioOf(const curriculum::PlanStep& step);

// Seeded by the plan and the step. Without replay samples nothing is replayed.
base::Result<data::ReplayMixer> makeMixer(const curriculum::Plan& plan, const curriculum::PlanStep& step,
    std::size_t numNew, std::size_t numReplay);

// The ratio that was set for the step that follows `finishedSteps` ("replay_ratio/set") and how often the
// replay samples were given so far ("replay_use/least", "mean", "most"); nothing without replay.
void addReplayMetrics(MetricBatch& batch, const data::ReplayMixer& mixer, std::int64_t finishedSteps);

// An event of the step that follows `finishedSteps` when it is a point of the schedule: where the ratio
// begins to move, or ends to. A resume from before it tells it once.
void reportSchedule(StageContext& context, const data::ReplayMixer& mixer, std::int64_t finishedSteps);

// An event with the replay samples that were given most so far, by their ids; nothing without replay.
void reportReplayUse(StageContext& context, const data::ReplayMixer& mixer,
    const std::vector<data::Sample>& replay, std::int64_t step);

} // namespace msrl::stages
