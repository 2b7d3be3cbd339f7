// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/executor.h"

#include "core/base/clock.h"
#include "core/base/hash.h"
#include "core/base/version.h"
#include "engine/stages/shared_control.h"

#include <c10/util/Exception.h>

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <new>
#include <optional>
#include <utility>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

class Executor
{
public:
    Executor(const curriculum::Plan& plan, const ExecutorParts& parts)
        : m_plan(plan)
        , m_parts(parts)
        , m_sharedControl(parts.control, parts.ranks)
    {
    }

    base::Result<RunSummary> run()
    {
        for (std::size_t i = 0; i < m_plan.steps.size(); ++i) {
            m_rows.push_back(rowOf(m_plan.steps[i], static_cast<int>(i)));
            m_parts.sink.stage(m_rows.back());
        }
        for (std::size_t i = 0; i < m_plan.steps.size(); ++i) {
            if (m_plan.steps[i].bypassed) {
                tellUnfed(m_plan.steps[i]);
                continue;
            }
            if (base::Status done = runStep(m_plan.steps[i], m_rows[i]); !done)
                return done.error();
        }
        return m_summary;
    }

private:
    // A stage that nobody asked to leave out: an ablation may take more with it than its author thinks. A
    // resume leaves out the same ones.
    void tellUnfed(const curriculum::PlanStep& step) const
    {
        if (step.unfed.empty())
            return;
        store::EventRow event;
        event.kind = "left-out";
        event.stage = step.id;
        event.text = fmt::format("left out: nothing feeds its input '{}' any more", step.unfed);
        event.timeMs = base::nowMs();
        if (!m_parts.sink.hasTold(event))
            m_parts.sink.event(event);
    }

    static store::StageRow rowOf(const curriculum::PlanStep& step, int position)
    {
        store::StageRow row;
        row.stage = step.id;
        row.nodeId = step.nodeId;
        row.nodeType = step.nodeType;
        row.title = step.title;
        row.hash = step.hash;
        row.position = position;
        row.state = step.bypassed ? store::StageState::Bypassed : store::StageState::Queued;
        return row;
    }

    // The plan's hash, and what inputs came to where that is not a function of their own plan hash.
    std::string addressOf(const curriculum::PlanStep& step) const
    {
        std::string changed;
        for (const auto& [port, inputs] : step.inputs) {
            for (const curriculum::PlanInput& input : inputs) {
                const std::string& actual = m_addresses.at(input.step);
                if (actual != m_plan.step(input.step)->hash)
                    changed += port + "=" + actual + ";";
            }
        }
        return changed.empty() ? step.hash : base::sha256(step.hash + ";" + changed);
    }

    base::Status runStep(const curriculum::PlanStep& step, store::StageRow& row)
    {
        const std::string address = addressOf(step);
        row.hash = address;
        m_addresses[step.id] = address;
        const StageEntry& entry = *findStage(step.nodeType);
        RunControl& control = entry.together ? m_sharedControl : m_parts.control;
        StageContext context { m_plan, step, address, m_parts.settings, m_parts.artefacts, m_addresses,
            m_parts.sink, control, m_parts.audit, row, m_parts.ranks };
        std::optional<base::FileLock> making;
        if (base::Status claimed
            = parallel::leadOutcome(m_parts.ranks, claim(context, stagingName(context, entry), making));
            !claimed)
            return base::within(claimed.error(), step.id);
        const base::Result<std::string> found
            = m_parts.ranks.leadSays(!entry.always && m_parts.artefacts.has(address) ? "found" : "");
        if (!found)
            return found.error();
        if (!found->empty())
            return reuse(context, entry);
        if (step.frozen)
            return asFailure(frozenWithoutResult(step));
        row.startedMs = base::nowMs();
        context.publish(store::StageState::Running);
        base::Status made = makeGuarded(context, entry);
        if (made || !entry.together)
            made = shareOutcome(context, made);
        row.endedMs = base::nowMs();
        if (!made) {
            const bool stopped = made.error().code == base::ErrorCode::Stopped;
            context.publish(
                stopped ? store::StageState::Stopped : store::StageState::Failed, made.error().message());
            return base::within(asFailure(made.error()), step.id);
        }
        context.publish(store::StageState::Done);
        return {};
    }

    // Bad input is refused before the first stage. What is found in a stage all the same has left a run
    // behind.
    static base::Error asFailure(base::Error error)
    {
        if (error.code == base::ErrorCode::BadInput)
            error.code = base::ErrorCode::Failed;
        return error;
    }

    // Results of a gate depend on the people that this run waits for: no other run's is waited for.
    static std::string stagingName(const StageContext& context, const StageEntry& entry)
    {
        return entry.always ? fmt::format("{}.next-{}", context.address, ::getpid()) : context.address;
    }

    // Takes the lock of what the lead has to make. What another run makes is waited for: then it is there, or
    // that run has ended without it and the lock is free.
    base::Status claim(
        StageContext& context, const std::string& name, std::optional<base::FileLock>& making) const
    {
        constexpr std::chrono::milliseconds kLookAgain { 200 };
        bool told = false;
        while (context.isLead() && !context.step.frozen && !m_parts.artefacts.has(name)) {
            base::Result<std::optional<base::FileLock>> lock = m_parts.artefacts.tryLock(name);
            if (!lock)
                return lock.error();
            if (*lock) {
                if (!m_parts.artefacts.has(name))
                    making.emplace(**std::move(lock));
                return {};
            }
            if (m_parts.control.stopRequested() != StopRequest::None)
                return stoppedOnRequest(context);
            if (!std::exchange(told, true))
                context.log(store::EventLevel::Info, "wait",
                    fmt::format("process {} makes this result for another run: waiting for it",
                        m_parts.artefacts.maker(name)));
            m_parts.control.waitForRequest(kLookAgain);
        }
        return {};
    }

    base::Status reuse(StageContext& context, const StageEntry& entry)
    {
        const base::Status shown = context.isLead() ? showAgain(context, entry) : base::Status();
        if (base::Status outcome = parallel::leadOutcome(m_parts.ranks, shown); !outcome)
            return outcome;
        ++m_summary.reused;
        context.publish(store::StageState::Reused);
        return {};
    }

    base::Status showAgain(StageContext& context, const StageEntry& entry)
    {
        base::Result<Manifest> manifest = m_parts.artefacts.manifest(context.address);
        if (!manifest)
            return manifest.error();
        noteParameters(*manifest);
        if (!entry.replay)
            return {};
        return entry.replay(context, m_parts.artefacts.folder(context.address));
    }

    // Followers go on once the lead's artefact is in place, with the address that it got.
    base::Status shareOutcome(StageContext& context, const base::Status& mine)
    {
        if (base::Status outcome = parallel::leadOutcome(m_parts.ranks, mine); !outcome)
            return outcome;
        base::Result<std::string> address = m_parts.ranks.leadSays(context.address);
        if (!address)
            return address.error();
        context.address = *std::move(address);
        context.row.hash = context.address;
        m_addresses[context.step.id] = context.address;
        return {};
    }

    // Exceptions of libraries end here: memory, tensor shapes, JSON.
    base::Status makeGuarded(StageContext& context, const StageEntry& entry)
    {
        const std::string place = "node " + context.step.nodeId;
        try {
            return context.isLead() ? make(context, entry) : follow(context, entry);
        } catch (const c10::OutOfMemoryError& e) {
            return base::failed("out of memory", place, "lower the node's token_budget");
        } catch (const c10::Error& e) {
            return base::failed(e.what_without_backtrace(), place);
        } catch (const std::bad_alloc&) {
            return base::failed("out of memory", place, "lower the node's token_budget");
        } catch (const std::exception& e) {
            return base::failed(e.what(), place);
        }
    }

    static base::Status follow(StageContext& context, const StageEntry& entry)
    {
        if (!entry.together)
            return {};
        const base::Result<StageResult> result = entry.run(context, {});
        return result ? base::Status() : base::Status(result.error());
    }

    base::Status make(StageContext& context, const StageEntry& entry)
    {
        base::Result<base::FolderTransaction> transaction
            = m_parts.artefacts.begin(stagingName(context, entry));
        if (!transaction)
            return transaction.error();
        base::Result<StageResult> result = entry.run(context, transaction->staging());
        if (!result)
            return result.error();
        if (!result->content.empty()) {
            context.address = base::sha256(context.address + ";" + result->content);
            transaction->retarget(m_parts.artefacts.folder(context.address));
        }
        Manifest manifest;
        manifest.step = context.step.id;
        manifest.nodeType = context.step.nodeType;
        manifest.address = context.address;
        manifest.summary = result->summary;
        manifest.createdMs = base::nowMs();
        manifest.engine = base::kVersion;
        noteParameters(manifest);
        if (m_parts.artefacts.has(context.address)) {
            ++m_summary.reused; // the same set as before
            return {};
        }
        ++m_summary.made;
        return m_parts.artefacts.commit(*transaction, manifest);
    }

    void noteParameters(const Manifest& manifest)
    {
        const auto hash = manifest.summary.find("parameters_sha256");
        const curriculum::NodeTypeSpec* type = curriculum::findNodeType(manifest.nodeType);
        if (hash != manifest.summary.end() && type && type->givesPolicy())
            m_summary.parametersSha256 = hash->get<std::string>();
    }

    const curriculum::Plan& m_plan;
    const ExecutorParts& m_parts;
    SharedControl m_sharedControl;
    Addresses m_addresses;
    std::vector<store::StageRow> m_rows;
    RunSummary m_summary;
};

} // namespace

base::Result<RunSummary> executePlan(const curriculum::Plan& plan, const ExecutorParts& parts)
{
    return Executor(plan, parts).run();
}

} // namespace msrl::stages
