// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/training_session.h"

#include "core/base/hash.h"
#include "engine/checkpoint/training_state.h"
#include "engine/parallel/train_step.h"
#include "engine/stages/inputs.h"

#include <fmt/format.h>

#include <cmath>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kKeptCheckpoints = 2;
constexpr int kMaxNonFiniteInARow = 5;

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

parallel::ShardedAdam optimiserOf(const StageContext& context, const model::Policy& policy)
{
    std::vector<update::NamedParameter> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back({ parameter.name, parameter.value });
    update::AdamOptions options;
    options.beta1 = context.real("beta1");
    options.beta2 = context.real("beta2");
    options.maxGradNorm = context.real("clip_norm");
    return parallel::ShardedAdam(update::splitByDecay(std::move(parameters), context.real("lr"),
                                     context.real("weight_decay"), "policy"),
        options, context.ranks);
}

} // namespace

TrainingSession::TrainingSession(StageContext& context, std::unique_ptr<model::Policy> policy,
    update::ScheduleOptions schedule, parallel::ShardedAdam adam)
    : m_context(&context)
    , m_policy(std::move(policy))
    , m_schedule(schedule)
    , m_adam(std::move(adam))
{
}

base::Result<TrainingSession> TrainingSession::start(StageContext& context, std::int64_t totalSteps)
{
    base::Result<model::Policy> loaded = loadInputPolicy(context, "policy");
    if (!loaded)
        return loaded.error();
    auto policy = std::make_unique<model::Policy>(*std::move(loaded));
    const std::vector<model::Part> parts = trainedParts(context.text("trained"));
    model::setTrainable(*policy, parts);
    parallel::ShardedAdam adam = optimiserOf(context, *policy);
    TrainingSession session(context, std::move(policy), scheduleOf(context, totalSteps), std::move(adam));
    session.m_visionFrozen = parts.size() == 1;
    if (base::Status restored = session.restoreNewest(); !restored)
        return restored.error();
    context.progress(session.m_step, totalSteps);
    session.applyLiveChanges();
    return session;
}

base::Status TrainingSession::restoreNewest()
{
    const auto newest = checkpoint::latestCheckpoint(m_context->workFolder());
    if (base::Status found
        = parallel::agree(m_context->ranks, newest ? base::Status() : base::Status(newest.error()));
        !found)
        return found;
    // What one rank sees of a shared file system may be older than what another does.
    const base::Result<std::string> folder
        = m_context->ranks.leadSays(*newest ? (*newest)->folder.string() : std::string());
    if (!folder)
        return folder.error();
    if (!folder->empty()) {
        if (base::Status restored = parallel::agree(m_context->ranks, restore(*folder)); !restored)
            return restored;
    }
    m_context->sink.truncate(m_context->step.id, folder->empty() ? -1 : m_step);
    return {};
}

base::Status TrainingSession::restore(const fs::path& folder)
{
    base::Result<checkpoint::TrainingState> state = checkpoint::loadCheckpoint(folder, *m_policy,
        [this](const checkpoint::OptimiserState& moments) { return m_adam.restore(moments); });
    if (!state)
        return state.error();
    m_step = state->step;
    m_cursor = state->cursor;
    m_context->row.step = m_step;
    m_context->log(store::EventLevel::Info, "resume", fmt::format("goes on after step {}", m_step));
    return {};
}

base::Result<const model::Policy*> TrainingSession::reference()
{
    if (!m_reference) {
        base::Result<model::Policy> loaded = loadInputPolicy(*m_context, "policy");
        if (!loaded)
            return loaded.error();
        m_reference = std::make_unique<model::Policy>(*std::move(loaded));
    }
    return m_reference.get();
}

double TrainingSession::learningRate() const
{
    return m_context->real("lr") * m_lrScale * update::scheduleFactor(m_schedule, m_step);
}

base::Result<update::UpdateMetrics> TrainingSession::update(
    const std::vector<batch::Group>& groups, update::UpdateOptions options)
{
    base::Result<update::UpdateMetrics> metrics = parallel::trainStep(*m_policy, m_adam, groups, options,
        m_lrScale * update::scheduleFactor(m_schedule, m_step), m_context->ranks,
        m_context->control.stopToken());
    if (!metrics)
        return metrics;
    if (base::Status finite = checkFinite(*metrics); !finite)
        return finite.error();
    return metrics;
}

base::Status TrainingSession::checkFinite(const update::UpdateMetrics& metrics)
{
    if (!metrics.step.skipped) {
        m_nonFiniteInARow = 0;
        return {};
    }
    m_context->log(store::EventLevel::Warning, "health",
        fmt::format("step {} skipped: the gradient of {} is not finite", m_step + 1, metrics.step.offender));
    if (++m_nonFiniteInARow < kMaxNonFiniteInARow)
        return {};
    return base::failed(fmt::format("{} steps in a row without a finite gradient", m_nonFiniteInARow),
        "node " + m_context->step.nodeId, "lower the learning rate, or look at the samples of these steps");
}

void TrainingSession::applyLiveChanges()
{
    for (const auto& [name, value] : m_context->control.takeLiveChanges(m_context->step.nodeId)) {
        if (name != "lr")
            continue; // nothing else is let through
        m_lrScale = m_context->real("lr") > 0 ? value.get<double>() / m_context->real("lr") : 1.0;
        m_context->log(store::EventLevel::Info, "parameter", fmt::format("lr changed to {}", value.dump()),
            { { "name", "lr" }, { "value", value } });
    }
}

base::Status TrainingSession::finishStep(const base::Json& cursor)
{
    ++m_step;
    m_context->progress(m_step, m_schedule.totalSteps);
    const std::int64_t every = m_context->integer("checkpoint_every");
    if (every > 0 && m_step % every == 0) {
        if (base::Status written = writeCheckpoint(cursor); !written)
            return written;
    }
    while (m_context->control.waitForCheckpointRequest()) {
        if (base::Status written = writeCheckpoint(cursor); !written)
            return written;
    }
    // Read last: it may have come while a checkpoint was written or the run was paused.
    const StopRequest stop = m_context->control.stopRequested();
    if (stop != StopRequest::None && m_step < m_schedule.totalSteps) {
        const base::Status written
            = stop == StopRequest::Checkpoint ? writeCheckpoint(cursor) : base::Status();
        return written ? base::Status(stoppedOnRequest(*m_context)) : written;
    }
    applyLiveChanges();
    return {};
}

// After the last step the artefact itself follows at once.
base::Status TrainingSession::writeCheckpoint(const base::Json& cursor)
{
    if (m_written == m_step || m_step >= m_schedule.totalSteps)
        return {};
    m_written = m_step;
    const base::Result<parallel::NamedTensors> moments = m_adam.gatherState();
    if (!moments)
        return moments.error();
    if (!m_context->isLead())
        return {};
    const fs::path root = m_context->workFolder();
    if (base::Status made = base::createFolders(root); !made)
        return made;
    if (base::Status saved = checkpoint::saveCheckpoint(root, *m_policy, *moments, { m_step, cursor });
        !saved)
        return saved;
    m_context->log(store::EventLevel::Info, "checkpoint", fmt::format("checkpoint after step {}", m_step));
    return checkpoint::pruneCheckpoints(root, kKeptCheckpoints);
}

base::Result<base::Json> TrainingSession::save(const fs::path& folder) const
{
    if (!m_context->isLead())
        return base::Json::object();
    if (base::Status saved = model::savePolicy(*m_policy, folder / kPolicyFolder, m_policy->dtype()); !saved)
        return saved.error();
    return base::Json { { "parameters_sha256", parametersHash(*m_policy) }, { "steps", m_step } };
}

std::string parametersHash(const model::Policy& policy)
{
    base::Sha256 hash;
    for (const model::Parameter& parameter : policy.parameters) {
        const at::Tensor value = parameter.value.detach().cpu().contiguous();
        hash.add(parameter.name);
        for (const std::int64_t size : value.sizes())
            hash.add(&size, sizeof size);
        hash.add(value.data_ptr(), value.nbytes());
    }
    return hash.finish();
}

} // namespace msrl::stages
