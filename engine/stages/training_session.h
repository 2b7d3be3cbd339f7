// SPDX-License-Identifier: GPL-3.0-or-later
// What supervised fine-tuning and reinforcement learning have in common: the trained policy, optimiser and
// schedule, checkpoints and their resume, pauses and stops.
#pragma once

#include "engine/model/policy.h"
#include "engine/parallel/sharded_adam.h"
#include "engine/stages/stage.h"
#include "engine/update/policy_update.h"
#include "engine/update/schedules.h"

#include <memory>

namespace msrl::stages {

// Every rank has one and calls the same functions; all end each call with the same policy. Owner: the
// training thread.
class TrainingSession
{
public:
    // Loads the input policy, marks the trained parts, and goes on from the newest checkpoint when there is
    // one.
    static base::Result<TrainingSession> start(StageContext& context, std::int64_t totalSteps);

    std::int64_t step() const { return m_step; } // finished steps
    model::Policy& policy() { return *m_policy; }
    // The policy as it was before the stage (KL reference); loaded on the first call.
    base::Result<const model::Policy*> reference();
    bool visionFrozen() const { return m_visionFrozen; }

    // One optimiser step on the groups, which all ranks give alike and share out.
    base::Result<update::UpdateMetrics> update(
        const std::vector<batch::Group>& groups, update::UpdateOptions options);
    double learningRate() const;

    // Counts the step, publishes progress, writes a checkpoint with the stage's `cursor` when due or asked
    // for, stands still while the run is paused. A Stopped error when a stop was asked for (after its
    // checkpoint).
    base::Status finishStep(const base::Json& cursor = base::Json::object());
    // The cursor of the checkpoint that start() went on from; empty when the stage began anew.
    const base::Json& restoredCursor() const { return m_cursor; }

    // Writes the trained policy into the artefact's folder and tells its hash: {"parameters_sha256",
    // "steps"}. Of the ranks only the lead does.
    base::Result<base::Json> save(const std::filesystem::path& folder) const;

private:
    TrainingSession(StageContext& context, std::unique_ptr<model::Policy> policy,
        update::ScheduleOptions schedule, parallel::ShardedAdam adam);
    base::Status restoreNewest();
    base::Status restore(const std::filesystem::path& folder);
    // Once per step.
    base::Status writeCheckpoint(const base::Json& cursor);
    void applyLiveChanges();
    base::Status checkFinite(const update::UpdateMetrics& metrics);

    StageContext* m_context;
    std::unique_ptr<model::Policy> m_policy;
    std::unique_ptr<model::Policy> m_reference;
    update::ScheduleOptions m_schedule;
    parallel::ShardedAdam m_adam;
    double m_lrScale = 1.0; // live change of lr relative to the project's
    std::int64_t m_step = 0;
    std::int64_t m_written = -1; // the step of the newest checkpoint
    base::Json m_cursor = base::Json::object();
    bool m_visionFrozen = false;
    int m_nonFiniteInARow = 0;
};

// SHA-256 over names, shapes and bytes of all parameters, in their fixed order.
std::string parametersHash(const model::Policy& policy);

} // namespace msrl::stages
