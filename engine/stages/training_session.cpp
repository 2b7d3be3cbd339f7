// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/training_session.h"

#include "core/base/hash.h"
#include "engine/checkpoint/training_state.h"
#include "engine/parallel/train_step.h"
#include "engine/stages/inputs.h"
#include "engine/stages/training_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr int kMaxNonFiniteInARow = 5;

} // namespace

TrainingSession::TrainingSession(StageContext& context, std::unique_ptr<model::Policy> policy,
    update::ScheduleOptions schedule, parallel::ShardedAdam adam)
    : m_context(&context)
    , m_policy(std::move(policy))
    , m_reference(context, computeFormat(context), referenceResets(context))
    , m_schedule(schedule)
    , m_adam(std::move(adam))
    , m_lr(context.real("lr"))
    , m_judgeEvery(stepsPerJudgement(context))
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
    session.makeComputingPolicy(parts);
    context.progress(session.m_step, totalSteps);
    session.applyLiveChanges();
    return session;
}

// After a restore: the copy is a function of the policy that learns.
void TrainingSession::makeComputingPolicy(const std::vector<model::Part>& trained)
{
    const c10::ScalarType format = computeFormat(*m_context);
    if (format == m_policy->dtype())
        return;
    m_computing = std::make_unique<model::Policy>(model::clone(*m_policy, format));
    model::setTrainable(*m_computing, trained);
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
    m_recentScores = state->recentScores;
    m_context->row.step = m_step;
    m_context->log(store::EventLevel::Info, "resume", fmt::format("goes on after step {}", m_step));
    return {};
}

double TrainingSession::learningRate() const
{
    return m_lr * update::scheduleFactor(m_schedule, m_step);
}

base::Result<update::UpdateMetrics> TrainingSession::update(
    const std::vector<batch::Group>& groups, update::UpdateOptions options)
{
    const update::Trained trained(policy(), m_computing ? m_policy.get() : nullptr);
    base::Result<update::UpdateMetrics> metrics = parallel::trainStep(
        trained, m_adam, groups, options, learningRate(), m_context->ranks, m_context->control.stopToken());
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
        m_lr = value.get<double>();
        m_context->log(store::EventLevel::Info, "parameter", fmt::format("lr changed to {}", value.dump()),
            { { "name", "lr" }, { "value", value } });
    }
}

std::optional<double> TrainingSession::recentScore() const
{
    if (m_recentScores.empty())
        return std::nullopt;
    return std::accumulate(m_recentScores.begin(), m_recentScores.end(), 0.0)
        / static_cast<double>(m_recentScores.size());
}

base::Status TrainingSession::finishStep(const base::Json& cursor, std::optional<double> score)
{
    ++m_step;
    m_context->progress(m_step, m_schedule.totalSteps);
    if (m_step < m_schedule.totalSteps) {
        if (base::Status reset = m_reference.stepEnded(m_step, *m_policy); !reset)
            return reset;
    }
    if (score && m_judgeEvery > 0)
        m_recentScores.push_back(*score);
    m_score.reset();
    const bool judged = m_judgeEvery > 0 && m_step % m_judgeEvery == 0 && m_step < m_schedule.totalSteps;
    if (judged) {
        m_score = recentScore();
        m_recentScores.clear();
    }
    const std::int64_t every = m_context->integer("checkpoint_every");
    if (judged || (every > 0 && m_step % every == 0)) {
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
    if (base::Status rows = m_context->sink.kept(); !rows)
        return rows;
    const fs::path root = m_context->workFolder();
    if (base::Status made = base::createFolders(root); !made)
        return made;
    if (base::Status saved
        = checkpoint::saveCheckpoint(root, *m_policy, *moments, { m_step, cursor, m_score, m_recentScores });
        !saved)
        return saved;
    m_context->log(store::EventLevel::Info, "checkpoint", fmt::format("checkpoint after step {}", m_step));
    const auto keep = static_cast<std::size_t>(m_context->integer("checkpoint_keep"));
    if (base::Status pruned = checkpoint::pruneCheckpoints(root, keep); !pruned)
        return pruned;
    if (const auto kept = checkpoint::listCheckpoints(root); kept && kept->size() >= keep)
        m_reference.removeBefore((*kept)[kept->size() - keep].step); // the best is never gone on from
    return {};
}

// The step whose policy is the result; loads it when that is not the last.
base::Result<std::int64_t> TrainingSession::chooseResult()
{
    if (m_judgeEvery == 0)
        return m_step;
    const auto best = checkpoint::bestCheckpoint(m_context->workFolder());
    if (!best)
        return best.error();
    const std::optional<double> last = recentScore();
    if (!*best || (last && *last >= *(*best)->score))
        return m_step;
    const base::Result<checkpoint::TrainingState> loaded = checkpoint::loadCheckpoint(
        (*best)->folder, *m_policy, [](const checkpoint::OptimiserState&) { return base::Status(); });
    if (!loaded)
        return loaded.error();
    m_context->log(store::EventLevel::Info, "result",
        fmt::format("the result is the policy after step {}: mean reward {:.4f} before it, {} before the end",
            (*best)->step, *(*best)->score, last ? fmt::format("{:.4f}", *last) : "none"));
    return (*best)->step;
}

base::Result<base::Json> TrainingSession::save(const fs::path& folder)
{
    if (!m_context->isLead())
        return base::Json::object();
    if (base::Status rows = m_context->sink.kept(); !rows)
        return rows.error();
    const base::Result<std::int64_t> step = chooseResult();
    if (!step)
        return step.error();
    if (base::Status saved = model::savePolicy(*m_policy, folder / kPolicyFolder, m_policy->dtype()); !saved)
        return saved.error();
    return base::Json { { "parameters_sha256", parametersHash(*m_policy) }, { "steps", m_step },
        { "result_step", *step } };
}

std::string parametersHash(const model::Policy& policy, const std::vector<model::Part>& parts)
{
    base::Sha256 hash;
    for (const model::Parameter& parameter : policy.parameters) {
        if (std::find(parts.begin(), parts.end(), parameter.part) == parts.end())
            continue;
        const at::Tensor value = parameter.value.detach().cpu().contiguous();
        hash.add(parameter.name);
        for (const std::int64_t size : value.sizes())
            hash.add(&size, sizeof size);
        hash.add(value.data_ptr(), value.nbytes());
    }
    return hash.finish();
}

} // namespace msrl::stages
