// SPDX-License-Identifier: GPL-3.0-or-later
// What supervised fine-tuning and reinforcement learning have in common: the trained policy, optimiser and
// schedule, checkpoints and their resume, pauses and stops.
#pragma once

#include "engine/model/policy.h"
#include "engine/parallel/sharded_adam.h"
#include "engine/stages/reference_policy.h"
#include "engine/stages/stage.h"
#include "engine/update/policy_update.h"
#include "engine/update/schedules.h"

#include <memory>
#include <optional>
#include <vector>

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
    // The policy that computes, in the number format that the stage asks for.
    model::Policy& policy() { return m_computing ? *m_computing : *m_policy; }
    // The policy of the KL term, in the same format.
    base::Result<const model::Policy*> reference() { return m_reference.after(m_step); }
    bool visionFrozen() const { return m_visionFrozen; }

    // One optimiser step on the groups, which all ranks give alike and share out.
    base::Result<update::UpdateMetrics> update(
        const std::vector<batch::Group>& groups, update::UpdateOptions options);
    double learningRate() const;

    // Counts the step, publishes progress, writes a checkpoint with the stage's `cursor` when due or asked
    // for, stands still while the run is paused. A Stopped error when a stop was asked for (after its
    // checkpoint). `score`: how good the policy was in this step, where a stage can tell; the mean of them
    // judges a checkpoint.
    base::Status finishStep(
        const base::Json& cursor = base::Json::object(), std::optional<double> score = std::nullopt);
    // The cursor of the checkpoint that start() went on from; empty when the stage began anew.
    const base::Json& restoredCursor() const { return m_cursor; }

    // Writes the stage's result into the artefact's folder: the trained policy, or that of the best
    // checkpoint where the stage asks for it. Tells {"parameters_sha256", "steps", "result_step"}. Of the
    // ranks only the lead does; the session is used up.
    base::Result<base::Json> save(const std::filesystem::path& folder);

private:
    TrainingSession(StageContext& context, std::unique_ptr<model::Policy> policy,
        update::ScheduleOptions schedule, parallel::ShardedAdam adam);
    void makeComputingPolicy(const std::vector<model::Part>& trained);
    base::Status restoreNewest();
    base::Status restore(const std::filesystem::path& folder);
    // Once per step.
    base::Status writeCheckpoint(const base::Json& cursor);
    base::Result<std::int64_t> chooseResult();
    std::optional<double> recentScore() const;
    void applyLiveChanges();
    base::Status checkFinite(const update::UpdateMetrics& metrics);

    StageContext* m_context;
    std::unique_ptr<model::Policy> m_policy; // float32: what learns, and what is saved
    std::unique_ptr<model::Policy> m_computing; // a copy in another format that computes for it; null: none
    ReferencePolicy m_reference;
    update::ScheduleOptions m_schedule;
    parallel::ShardedAdam m_adam;
    double m_lr; // at its peak: the project's until a live change
    std::int64_t m_step = 0;
    std::int64_t m_written = -1; // the step of the newest checkpoint
    base::Json m_cursor = base::Json::object();
    std::int64_t m_judgeEvery = 0; // steps; 0: the result is the last policy
    std::optional<double> m_score; // of this step's policy, when it was judged
    std::vector<double> m_recentScores; // since then
    bool m_visionFrozen = false;
    int m_nonFiniteInARow = 0;
};

// SHA-256 over names, shapes and bytes of the parameters of these parts, in their fixed order.
std::string parametersHash(const model::Policy& policy,
    const std::vector<model::Part>& parts
    = { model::Part::Vision, model::Part::Projector, model::Part::Language });

} // namespace msrl::stages
