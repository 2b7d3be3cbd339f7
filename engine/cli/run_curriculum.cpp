// SPDX-License-Identifier: GPL-3.0-or-later
// One run of a curriculum: by this process alone, or as one of several ranks.
#include "core/base/files.h"
#include "core/base/hash.h"
#include "engine/cli/command.h"
#include "engine/cli/curriculum_run.h"
#include "engine/cli/run_host.h"
#include "engine/device/cuda_plugin.h"
#include "engine/device/device.h"
#include "engine/parallel/join.h"
#include "engine/stages/executor.h"
#include "engine/stages/followers.h"

#include <fmt/format.h>

#include <csignal>
#include <memory>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

using parallel::Communicator;

std::string planText(const RunOptions& options, const curriculum::Plan& plan)
{
    base::Json json = curriculum::planToJson(plan);
    json["options"] = optionsToJson(options);
    return json.dump(1) + "\n";
}

base::Status statusOf(const base::Result<PreparedRun>& prepared)
{
    return prepared ? base::Status() : base::Status(prepared.error());
}

// The same plan on every rank, or the same error.
base::Result<PreparedRun> prepareTogether(const RunOptions& options, c10::Device device, Communicator& ranks)
{
    base::Result<PreparedRun> prepared
        = prepareRun(options, { .hashContent = {}, .preflight = ranks.isLead(), .device = device });
    if (ranks.size() == 1)
        return prepared;
    if (base::Status fine = parallel::agree(ranks, statusOf(prepared)); !fine)
        return fine.error();
    const base::Result<std::vector<std::string>> plans
        = ranks.allGather(base::sha256(curriculum::planToJson(prepared->plan).dump()));
    if (!plans)
        return plans.error();
    for (std::size_t r = 1; r < plans->size(); ++r)
        if ((*plans)[r] != plans->front())
            return base::badInput(fmt::format("rank {} reads other data or models than the lead", r),
                options.project.string(), "ranks need the project and its data at the same place");
    return prepared;
}

base::Status setThreads(const RunOptions& options, const Communicator& ranks)
{
    const int here = ranks.sizeHere();
    if (here > 1 && options.threads > 1 && here * options.threads > device::numProcessors())
        return base::badInput(fmt::format("{} ranks of {} threads on this machine, which has {} processors",
                                  here, options.threads, device::numProcessors()),
            "threads", "lower --threads, or leave it out to share the processors out");
    return device::setThreads(options.threads > 0 ? options.threads : device::processorsOfRank(here));
}

// The threads and the device of this rank.
base::Result<c10::Device> openMachine(const RunOptions& options, const Communicator& ranks)
{
    const base::Result<c10::Device> wanted = device::parseDevice(options.device);
    if (!wanted)
        return wanted;
    if (base::Status set = setThreads(options, ranks); !set)
        return set.error();
    return device::openDevice(*wanted, { parallel::numberOnMachine(), ranks.sizeHere() });
}

base::Status makeFolders(const PreparedRun& prepared)
{
    if (base::Status made = base::createFolders(prepared.artefacts); !made)
        return made;
    return stages::ArtefactStore(prepared.artefacts).removeLeftovers();
}

// Ranks hand results to each other as files.
base::Status seeFolders(const PreparedRun& prepared, Communicator& ranks)
{
    std::error_code ec;
    const bool seen = fs::is_directory(prepared.artefacts, ec);
    return parallel::agree(ranks,
        seen ? base::Status()
             : base::Status(base::badInput("this rank does not see the folder", prepared.artefacts.string(),
                 "the run's folder must be on a file system that all ranks share")));
}

// A call that fails because ranks are gone or gave up fails for that reason.
base::Status withReason(const base::Status& status, const Communicator& ranks)
{
    if (status || ranks.size() == 1)
        return status;
    if (std::optional<base::Error> failure = ranks.failure())
        return *std::move(failure);
    if (std::optional<base::Error> lost = ranks.lostRank())
        return *std::move(lost);
    return status;
}

base::Status lead(const RunOptions& options, const PreparedRun& prepared, Communicator& ranks)
{
    const base::Result<stages::RunSummary> summary = executeRun(options, prepared, ranks);
    if (!summary)
        return summary.error();
    print(fmt::format("{} results made, {} reused\n", summary->made, summary->reused));
    return {};
}

base::Status follow(const PreparedRun& prepared, Communicator& ranks)
{
    // The lead hears signals and tells the others.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    if (base::Status opened = parallel::leadOutcome(ranks, {}); !opened)
        return opened;
    if (base::Status seen = seeFolders(prepared, ranks); !seen)
        return seen;
    const stages::ArtefactStore artefacts(prepared.artefacts);
    stages::NoSink sink;
    stages::NoRequests control;
    stages::NoDecisions audit;
    const base::Result<stages::RunSummary> summary
        = stages::executePlan(prepared.plan, { prepared.settings, artefacts, sink, control, audit, ranks });
    return withReason(summary ? base::Status() : base::Status(summary.error()), ranks);
}

// Ends this rank after the lead has told how the run ended. `agreed`: all ranks end for the same reason.
base::Status leave(Communicator& ranks, const base::Status& status, bool agreed)
{
    if (ranks.size() == 1)
        return status;
    constexpr std::chrono::seconds kLeadMayTake { 10 };
    base::Status end = status;
    if (agreed) {
        const base::Status left = ranks.barrier();
        if (!ranks.isLead())
            end = left;
    } else {
        ranks.abort(status.error());
    }
    if (ranks.isLead() || end)
        return end;
    const std::optional<base::Error> lost = ranks.lostRank();
    if (lost && lost->message() == end.error().message())
        return end; // nobody else may be left to tell
    ranks.waitForLeadToEnd(kLeadMayTake);
    return base::Error { end.error().code, {}, {}, {} };
}

class EvaluationWatch final : public stages::NoSink
{
public:
    EvaluationWatch(RunHost& host, const AskAfterEvaluation& ask)
        : m_host(host)
        , m_ask(ask)
    {
    }

    void evaluation(const store::EvaluationRow& row) override
    {
        if (!m_ask || !m_reason.empty())
            return;
        m_reason = m_ask(row);
        if (!m_reason.empty())
            m_host.requestStop();
    }

    // The reason in place of a stop that it brought about.
    base::Error told(const base::Error& error) const
    {
        return error.code == base::ErrorCode::Stopped && !m_reason.empty() ? base::stopped(m_reason) : error;
    }

private:
    RunHost& m_host;
    const AskAfterEvaluation& m_ask;
    std::string m_reason;
};

} // namespace

base::Result<stages::RunSummary> executeRun(const RunOptions& options, const PreparedRun& prepared,
    Communicator& ranks, const AskAfterEvaluation& ask)
{
    RunHost::Files files;
    files.project = prepared.projectText;
    files.plan = planText(options, prepared.plan);
    files.projectHash = base::sha256(prepared.projectText);
    files.planHash = base::sha256(curriculum::planToJson(prepared.plan).dump());
    files.name = prepared.project.name;
    for (const curriculum::PlanStep& step : prepared.plan.steps) {
        if (step.params.contains("lr") && !step.bypassed)
            files.trained.push_back(step.id);
    }
    base::Result<std::unique_ptr<RunHost>> opened = RunHost::open(options, files, ranks);
    if (!opened)
        return parallel::leadOutcome(ranks, opened.error()).error();
    RunHost& host = **opened;
    base::Status status = parallel::leadOutcome(ranks, makeFolders(prepared));
    if (status)
        status = seeFolders(prepared, ranks);
    stages::RunSummary made;
    if (status) {
        const stages::ArtefactStore artefacts(prepared.artefacts);
        EvaluationWatch watch(host, ask);
        stages::TeeSink sink({ &host.sink(), &watch });
        const base::Result<stages::RunSummary> summary = stages::executePlan(
            prepared.plan, { prepared.settings, artefacts, sink, host.control(), host.audit(), ranks });
        if (summary)
            made = *summary;
        else
            status = watch.told(summary.error());
    }
    if (base::Status ended = host.finish(withReason(status, ranks)); !ended)
        return ended.error();
    return made;
}

namespace {

base::Status runOn(const RunOptions& options, c10::Device device, Communicator& ranks)
{
    const base::Result<PreparedRun> prepared = prepareTogether(options, device, ranks);
    if (!prepared)
        return leave(ranks, prepared.error(), !ranks.failure());
    const base::Status status = ranks.isLead() ? lead(options, *prepared, ranks) : follow(*prepared, ranks);
    return leave(ranks, status, status || status.error().code == base::ErrorCode::Stopped);
}

} // namespace

base::Status runCurriculum(const RunOptions& options)
{
    const std::chrono::seconds patience(options.rankTimeout);
    const base::Result<std::unique_ptr<parallel::ExchangeCommunicator>> joined
        = parallel::joinRanks(patience);
    if (!joined)
        return joined.error();
    parallel::SerialCommunicator alone;
    Communicator& processes = *joined ? static_cast<Communicator&>(**joined) : alone;
    const base::Result<c10::Device> device = openMachine(options, processes);
    if (base::Status ready
        = parallel::agree(processes, device ? base::Status() : base::Status(device.error()));
        !ready)
        return leave(processes, ready, !processes.failure());
    if (processes.size() == 1 || device->is_cpu())
        return runOn(options, *device, processes);
    const base::Result<const device::CudaPlugin*> plugin = device::loadCudaPlugin();
    if (!plugin)
        return leave(processes, plugin.error(), false);
    const auto devices = (*plugin)->joinDevices(**joined, device->index(), patience);
    if (!devices)
        return leave(processes, devices.error(), false);
    return runOn(options, *device, **devices);
}

} // namespace msrl::cli
