// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/run_host.h"

#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/base/version.h"
#include "engine/cli/run_changes.h"
#include "engine/cli/signals.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

namespace msrl::cli {

namespace {

store::EventRow endEvent(const base::Status& outcome)
{
    const bool stopped = !outcome && outcome.error().code == base::ErrorCode::Stopped;
    store::EventRow event;
    event.kind = "run-end";
    event.level = outcome || stopped ? store::EventLevel::Info : store::EventLevel::Error;
    event.text = outcome ? "finished" : outcome.error().message();
    event.timeMs = base::nowMs();
    return event;
}

// Bytes without meaning, given back when the run ends: on a full disk its last words need some. Without them
// they are only told on the terminal.
constexpr const char* kReserveFile = "reserve";
constexpr off_t kReservedBytes = 1 << 20;

void reserveSpace(const std::filesystem::path& file)
{
    const int reserve = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (reserve < 0)
        return;
    if (::posix_fallocate(reserve, 0, kReservedBytes) != 0)
        ::unlink(file.c_str());
    ::close(reserve);
}

} // namespace

RunHost::RunHost(
    store::RunClaim claim, store::RunStore store, const parallel::Communicator& ranks, std::FILE* console)
    : m_claim(std::move(claim))
    , m_store(std::move(store))
    , m_ranks(ranks)
    , m_control(m_state)
    , m_audit(m_claim.folder().auditDatabase(), m_claim.folder().runDatabase())
    , m_storeSink(m_store, m_state)
    , m_console(console)
    , m_tee({ &m_storeSink, &m_console })
{
}

base::Result<std::unique_ptr<RunHost>> RunHost::open(
    const RunOptions& options, const Files& files, const parallel::Communicator& ranks)
{
    store::RunInfo info;
    info.name = files.name;
    info.engineVersion = base::kVersion;
    info.projectHash = files.projectHash;
    info.device = options.device;
    info.ranks = ranks.size();
    base::Result<store::RunClaim> claim = store::claimRunFolder(options.run, info);
    if (!claim)
        return claim.error();
    const store::RunFolder folder = claim->folder();
    if (options.detached) {
        if (base::Status detached = detachProcess(folder.logFile()); !detached)
            return detached.error();
    }
    const std::vector<std::string> changes = changesSince(folder, files.project, files.plan);
    for (const auto& [path, content] : { std::pair { folder.projectFile(), files.project },
             { folder.planFile(), files.plan }, { folder.commandFile(), options.commandLine + "\n" } }) {
        if (base::Status written = base::writeFileAtomically(path, content); !written)
            return written.error();
    }
    base::Result<store::RunStore> store = store::RunStore::open(folder.runDatabase());
    if (!store)
        return store.error();
    std::unique_ptr<RunHost> host(new RunHost(*std::move(claim), *std::move(store), ranks, options.console));
    host->m_trained = files.trained;
    host->m_changes = changes;
    host->m_liveChanges.emplace(folder.root() / "live.json", files.planHash);
    if (base::Status started = host->start(options); !started)
        return started.error();
    return host;
}

base::Status RunHost::start(const RunOptions& options)
{
    installSignalHandlers();
    reserveSpace(folder().root() / kReserveFile);
    store::RunInfo info = m_claim.info();
    base::Result<std::filesystem::path> socket = control::socketPathFor(info.runId);
    if (!socket)
        return socket.error();
    protocol::Hello hello;
    hello.program = std::string("msrl-engine ") + base::kVersion;
    hello.runId = info.runId;
    m_state.setPhaseListener(
        [this](store::RunPhase phase, const std::string& message) { writePhase(phase, message); });
    if (base::Status taken = takeUpLiveChanges(); !taken)
        return taken;
    m_state.setValidator([this](const std::string& name, const base::Json& value) {
        base::Status fine = checkLiveChange(name, value);
        return fine ? m_liveChanges->keep(ofRunningStage(name), value) : fine;
    });
    base::Result<std::unique_ptr<control::ControlServer>> server
        = control::ControlServer::start(*socket, hello, m_state);
    if (!server)
        return server.error();
    m_server = *std::move(server);
    info.socket = m_server->socket().string();
    info.phase = store::RunPhase::Running;
    if (base::Status written = m_claim.update(info); !written)
        return written;
    m_watcher = std::jthread([this](const std::stop_token& stop) { watch(stop); });
    store::EventRow event;
    event.kind = m_claim.isResume() ? "resume" : "run-start";
    event.text = fmt::format("msrl-engine {} on {}", base::kVersion, options.device);
    if (m_ranks.size() > 1)
        event.text += fmt::format(", {} ranks", m_ranks.size());
    event.timeMs = base::nowMs();
    m_storeSink.event(event);
    tellChanges();
    m_state.publishPhase(store::RunPhase::Running);
    return {};
}

// A resume goes on with what people changed while the run went on before.
base::Status RunHost::takeUpLiveChanges()
{
    const auto kept = m_liveChanges->kept();
    if (!kept)
        return kept.error();
    for (const auto& [name, value] : *kept)
        m_state.requestSet(name, value);
    return {};
}

void RunHost::tellChanges()
{
    if (m_changes.empty())
        return;
    store::EventRow event;
    event.kind = "settings";
    event.text = fmt::format("changed since the last start: {}", fmt::join(m_changes, ", "));
    event.data = { { "changes", m_changes } };
    event.timeMs = base::nowMs();
    m_storeSink.event(event);
    m_console.say(event.text);
}

// "lr" is meant for the stage that runs; a resume must not take it for another's.
std::string RunHost::ofRunningStage(const std::string& name) const
{
    const std::string stage = m_state.status().progress.stage;
    const bool trains = std::find(m_trained.begin(), m_trained.end(), stage) != m_trained.end();
    const bool named = name.find('.') != std::string::npos;
    return named || !trains || m_state.hasEnded(stage) ? name : stage + "." + name;
}

// In the socket's thread.
base::Status RunHost::checkLiveChange(const std::string& name, const base::Json& value) const
{
    if (name != "lr" && !name.ends_with(".lr"))
        return base::badInput(fmt::format("{} cannot be changed while a stage runs", name));
    const auto changes = [&](const std::string& stage) {
        return (name == "lr" || name == stage + ".lr") && !m_state.hasEnded(stage);
    };
    if (std::none_of(m_trained.begin(), m_trained.end(), changes))
        return base::badInput(name == "lr"
                ? std::string("no stage of this run trains any more")
                : fmt::format("{} names no stage of this run that trains now or later", name));
    if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1)
        return base::badInput(fmt::format("{} is not a learning rate between 0 and 1", value.dump()));
    return {};
}

void RunHost::watch(const std::stop_token& stop)
{
    constexpr auto kPoll = std::chrono::milliseconds(100);
    int seen = 0;
    while (!stop.stop_requested()) {
        m_state.waitForRequest(kPoll);
        const int signals = signalsReceived();
        if (signals > seen) {
            m_state.requestStop(signals > 1 ? control::StopRequest::Now : control::StopRequest::Checkpoint);
            seen = signals;
        }
        if (m_state.stopRequested() == control::StopRequest::Now)
            m_control.interrupt();
        if (m_ranks.size() > 1)
            watchRanks();
    }
}

// A rank that is gone ends the run. Mostly the training thread finds out while it waits for that rank; when
// it is deep in a computation, the run's end is told from here: the launcher gives this process only a second
// or two.
void RunHost::watchRanks()
{
    constexpr double kGrace = 0.6;
    if (m_ending)
        return;
    const std::optional<base::Error> lost = m_ranks.lostRank();
    if (!lost)
        return;
    if (m_lostAt == 0) {
        m_lostAt = base::monotonicSeconds();
        m_control.interrupt();
    } else if (base::monotonicSeconds() - m_lostAt > kGrace) {
        endWithout(*lost);
    }
}

void RunHost::endWithout(const base::Error& lost)
{
    {
        const std::lock_guard lock(m_infoMutex);
        m_finished = true;
        store::RunInfo info = m_claim.info();
        info.phase = store::RunPhase::Failed;
        info.exitCode = static_cast<int>(lost.code);
        info.error = lost.message();
        info.message.clear();
        info.endedMs = base::nowMs();
        if (const base::Status written = m_claim.update(info); !written)
            std::fprintf(stderr, "%s\n", written.error().message().c_str());
    }
    std::fprintf(stderr, "msrl-engine: %s\n", lost.message().c_str());
    // A connection of its own: the training thread may be using the other.
    if (base::Result<store::RunStore> store = store::RunStore::open(folder().runDatabase())) {
        const base::Status told = store->append(endEvent(lost));
        if (const base::Status kept = store->flush(); !told || !kept)
            std::fprintf(stderr, "%s\n", (told ? kept : told).error().message().c_str());
    }
    ::_exit(static_cast<int>(lost.code));
}

void RunHost::writePhase(store::RunPhase phase, const std::string& message)
{
    const std::lock_guard lock(m_infoMutex);
    if (m_finished)
        return;
    store::RunInfo info = m_claim.info();
    if (info.phase == phase && info.message == message)
        return;
    info.phase = phase;
    info.message = message;
    if (const base::Status written = m_claim.update(info); !written)
        std::fprintf(stderr, "%s\n", written.error().message().c_str());
}

base::Status RunHost::finish(const base::Status& result)
{
    m_ending = true;
    std::error_code ignored;
    std::filesystem::remove(folder().root() / kReserveFile, ignored);
    base::Status outcome = result;
    if (outcome)
        outcome = m_storeSink.kept();
    const bool stopped = !outcome && outcome.error().code == base::ErrorCode::Stopped;
    m_storeSink.event(endEvent(outcome));
    if (base::Status kept = m_store.flush(); !kept && outcome)
        outcome = kept;
    {
        const std::lock_guard lock(m_infoMutex);
        m_finished = true;
        store::RunInfo info = m_claim.info();
        info.phase = outcome ? store::RunPhase::Finished
            : stopped        ? store::RunPhase::Stopped
                             : store::RunPhase::Failed;
        info.exitCode = outcome ? 0 : static_cast<int>(outcome.error().code);
        info.error = outcome ? "" : outcome.error().message();
        info.message.clear();
        info.endedMs = base::nowMs();
        if (base::Status written = m_claim.update(info); !written && outcome)
            outcome = written;
    }
    m_state.publishPhase(m_claim.info().phase, m_claim.info().error);
    return outcome;
}

RunHost::~RunHost()
{
    if (!m_finished) {
        const base::Status told = finish(base::failed("ended unexpectedly"));
        std::fprintf(stderr, "%s\n", told.error().message().c_str());
    }
    m_watcher.request_stop();
    if (m_watcher.joinable())
        m_watcher.join();
}

} // namespace msrl::cli
