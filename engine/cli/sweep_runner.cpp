// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/sweep_runner.h"

#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/version.h"
#include "core/store/run_folder.h"
#include "engine/cli/curriculum_run.h"
#include "engine/cli/hopeless_watch.h"
#include "engine/cli/launcher.h"
#include "engine/cli/output_file.h"
#include "engine/cli/signals.h"
#include "engine/device/device.h"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace msrl::cli {
namespace fs = std::filesystem;

namespace {

using groups::GroupFolder;
using groups::Member;
using groups::RunGroup;

using ContentHash
    = std::function<base::Result<std::string>(curriculum::FieldContent, const curriculum::PlanContent&)>;

// Members share their data: each file is hashed once.
ContentHash remembering(ContentHash hash)
{
    const auto known = std::make_shared<std::map<std::string, std::string>>();
    return [hash = std::move(hash), known](curriculum::FieldContent kind,
               const curriculum::PlanContent& content) -> base::Result<std::string> {
        const std::string key
            = fmt::format("{} {} {}", static_cast<int>(kind), content.value, content.params.dump());
        if (const auto found = known->find(key); found != known->end())
            return found->second;
        base::Result<std::string> made = hash(kind, content);
        if (made)
            (*known)[key] = *made;
        return made;
    };
}

struct Work
{
    Member member;
    std::string title; // "without stage 1, seed 2"
    RunOptions options;
    PreparedRun prepared;
    bool done = false;
};

class Sweep
{
public:
    Sweep(const GroupFolder& folder, const RunGroup& group, const SweepOptions& options)
        : m_folder(folder)
        , m_group(group)
        , m_options(options)
    {
        // Without the rule nobody is given up: what was is run to its end after all.
        for (Member& member : m_group.members) {
            if (!m_group.earlyStop)
                member.givenUp.reset();
        }
    }

    const RunGroup& group() const { return m_group; }

    // Everything that can be refused; writes nothing.
    base::Status prepare()
    {
        const base::Result<c10::Device> device = device::openNamedDevice(m_group.device);
        if (!device)
            return device.error();
        PrepareParts parts;
        parts.device = *device;
        parts.hashContent = remembering(stages::contentHasher(fs::absolute(m_group.project).parent_path()));
        std::set<std::string> looked; // rows, media and models are the same for every seed
        for (const Member& member : m_group.members) {
            Work work;
            work.member = member;
            const groups::Configuration& configuration = *m_group.configuration(member.configuration);
            work.title = fmt::format("{}, seed {}", configuration.title, member.seed);
            work.options = optionsOf(member, configuration);
            parts.preflight = looked.insert(member.configuration).second;
            base::Result<PreparedRun> prepared = prepareRun(work.options, parts);
            if (!prepared)
                return base::within(prepared.error(), work.title);
            work.prepared = *std::move(prepared);
            if (base::Status fine = lookAtMember(work); !fine)
                return fine;
            m_works.push_back(std::move(work));
        }
        return {};
    }

    base::Status run()
    {
        for (std::size_t i = 0; i < m_works.size(); ++i) {
            if (base::Status fine = runMember(i); !fine)
                return fine;
        }
        if (m_failures > 0)
            return base::failed(fmt::format("{} of {} members failed; the first: {}", m_failures,
                                    m_works.size(), m_firstFailure),
                m_folder.root().string(), "the same command runs them again");
        return {};
    }

private:
    // A member that fails is no error here.
    base::Status runMember(std::size_t i)
    {
        const Work& work = m_works[i];
        const std::string place = fmt::format("[{}/{}] {}", i + 1, m_works.size(), work.title);
        if (signalsReceived() > 0)
            return base::stopped(fmt::format("stopped on request before {}", place));
        std::optional<groups::GivenUp>& givenUp = m_group.members[i].givenUp;
        if (work.done || givenUp) {
            say(place + (work.done ? ": done before" : ": given up before"));
            return {};
        }
        say(place);
        const double start = base::monotonicSeconds();
        parallel::SerialCommunicator alone;
        HopelessWatch watch(m_folder, m_group, work.prepared.project, work.member);
        const base::Result<stages::RunSummary> summary = executeRun(work.options, work.prepared, alone,
            [&watch](const store::EvaluationRow& row) { return watch.ask(row); });
        const std::string took = base::durationText(base::monotonicSeconds() - start);
        if (summary) {
            say(fmt::format(
                "{}: {} results made, {} reused, {}", place, summary->made, summary->reused, took));
            return {};
        }
        const std::string error = summary.error().message();
        if (summary.error().code == base::ErrorCode::Stopped && watch.why() && signalsReceived() == 0) {
            say(fmt::format("{}: {}, {}", place, error, took));
            givenUp = watch.why();
            return m_folder.write(m_group);
        }
        if (summary.error().code == base::ErrorCode::Stopped)
            return base::stopped(fmt::format("{}: {}", place, error));
        say(fmt::format("{}: failed after {}: {}", place, took, error));
        m_firstFailure = m_failures++ == 0 ? work.title + ": " + error : m_firstFailure;
        return {};
    }

    RunOptions optionsOf(const Member& member, const groups::Configuration& configuration) const
    {
        RunOptions options;
        options.project = m_group.project;
        options.run = m_folder.member(member);
        options.seed = member.seed;
        options.bypass = configuration.bypass;
        for (const curriculum::Override& one : configuration.set)
            options.set.push_back(curriculum::overrideText(one));
        options.until = m_group.until;
        options.gate = m_group.gate;
        options.device = m_group.device;
        options.threads = m_options.threads;
        options.artefacts = m_folder.artefacts();
        options.commandLine = "msrl-engine " + shellLine(runArguments(options));
        options.console = m_options.console;
        return options;
    }

    // Whether the member has run to its end, with the data that the files hold now.
    base::Status lookAtMember(Work& work) const
    {
        const store::RunFolder run(work.options.run);
        if (!run.isRunFolder())
            return {};
        base::Result<store::RunInfo> info = run.readInfo();
        if (!info)
            return info.error();
        if (base::isAlive(info->process) && !store::isFinal(info->phase))
            return base::badInput(
                fmt::format("{} is being run by pid {}", work.title, info->process.pid), run.root().string());
        if (info->phase != store::RunPhase::Finished)
            return {};
        base::Result<base::Json> plan = base::readJsonFile(run.planFile());
        if (!plan)
            return plan.error();
        if ((*plan)["steps"] != curriculum::planToJson(work.prepared.plan)["steps"])
            return base::badInput(fmt::format("{} was run on other data, or by another version", work.title),
                run.root().string(), "name another --group folder");
        work.done = true;
        return {};
    }

    void say(const std::string& text) const
    {
        std::fprintf(m_options.console, "%s\n", text.c_str());
        std::fflush(m_options.console);
    }

    const GroupFolder& m_folder;
    RunGroup m_group;
    const SweepOptions& m_options;
    std::vector<Work> m_works;
    std::size_t m_failures = 0;
    std::string m_firstFailure;
};

base::Status checkFolder(const GroupFolder& folder)
{
    std::error_code ec;
    if (folder.isGroup() || !fs::exists(folder.root(), ec) || fs::is_empty(folder.root(), ec))
        return {};
    // A process that was killed between its claim and the first group.json leaves only its own folder.
    for (const auto& entry : fs::directory_iterator(folder.root(), ec)) {
        if (entry.path() != folder.process())
            return base::badInput("the folder is not empty and is not a run group", folder.root().string(),
                "name a new or an empty folder");
    }
    return {};
}

void end(store::RunClaim& claim, const base::Status& result)
{
    const bool stopped = !result && result.error().code == base::ErrorCode::Stopped;
    store::RunInfo info = claim.info();
    info.phase = result ? store::RunPhase::Finished
        : stopped       ? store::RunPhase::Stopped
                        : store::RunPhase::Failed;
    info.exitCode = result ? 0 : static_cast<int>(result.error().code);
    info.error = result ? "" : result.error().message();
    info.endedMs = base::nowMs();
    if (const base::Status written = claim.update(info); !written)
        std::fprintf(stderr, "%s\n", written.error().message().c_str());
}

} // namespace

base::Status runGroup(const GroupFolder& folder, const RunGroup& group, const SweepOptions& options)
{
    if (base::Status fine = checkFolder(folder); !fine)
        return fine;
    if (base::Status fine = checkOutputFolder(folder.root()); !fine)
        return fine;
    const int threads = options.threads > 0 ? options.threads : device::numProcessors();
    if (base::Status set = device::setThreads(threads); !set)
        return set;
    Sweep sweep(folder, group, options);
    if (base::Status prepared = sweep.prepare(); !prepared)
        return prepared;
    store::RunInfo info;
    info.name = group.name;
    info.engineVersion = base::kVersion;
    info.projectHash = group.projectHash;
    info.device = group.device;
    base::Result<store::RunClaim> claim = store::claimRunFolder(folder.process(), info);
    if (!claim)
        return claim.error();
    if (options.detached) {
        if (base::Status detached = detachProcess(claim->folder().logFile()); !detached)
            return detached;
    }
    installSignalHandlers();
    base::Status result
        = base::writeFileAtomically(claim->folder().commandFile(), options.commandLine + "\n");
    if (result)
        result = folder.write(sweep.group());
    if (result) {
        info = claim->info();
        info.phase = store::RunPhase::Running;
        result = claim->update(info);
    }
    if (result)
        result = sweep.run();
    end(*claim, result);
    return result;
}

} // namespace msrl::cli
