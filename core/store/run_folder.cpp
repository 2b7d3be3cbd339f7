// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_folder.h"

#include "core/base/clock.h"
#include "core/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <random>
#include <system_error>

namespace msrl::store {
namespace fs = std::filesystem;

namespace {

constexpr int kInfoVersion = 1;
constexpr std::uint64_t kMaxInfoBytes = 1 << 20;
constexpr const char* kLockName = ".lock";
constexpr int kMaxInt = std::numeric_limits<int>::max();

constexpr std::array kPhases { RunPhase::Starting, RunPhase::Running, RunPhase::Paused,
    RunPhase::AwaitingAudit, RunPhase::Stopping, RunPhase::Finished, RunPhase::Stopped, RunPhase::Failed };

std::string newRunId()
{
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

bool holdsForeignFiles(const fs::path& root)
{
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(root, ec)) {
        if (entry.path().filename() != kLockName)
            return true;
    }
    return false;
}

} // namespace

const char* runPhaseName(RunPhase phase)
{
    switch (phase) {
    case RunPhase::Starting:
        return "starting";
    case RunPhase::Running:
        return "running";
    case RunPhase::Paused:
        return "paused";
    case RunPhase::AwaitingAudit:
        return "awaiting-audit";
    case RunPhase::Stopping:
        return "stopping";
    case RunPhase::Finished:
        return "finished";
    case RunPhase::Stopped:
        return "stopped";
    case RunPhase::Failed:
        return "failed";
    }
    return "";
}

std::optional<RunPhase> runPhaseFromName(const std::string& name)
{
    for (const RunPhase phase : kPhases) {
        if (name == runPhaseName(phase))
            return phase;
    }
    return std::nullopt;
}

bool isFinal(RunPhase phase)
{
    return phase == RunPhase::Finished || phase == RunPhase::Stopped || phase == RunPhase::Failed;
}

base::Json runInfoToJson(const RunInfo& info)
{
    base::Json json = base::Json::object();
    json["version"] = kInfoVersion;
    json["run_id"] = info.runId;
    json["name"] = info.name;
    json["pid"] = info.process.pid;
    json["start_ticks"] = info.process.startTicks;
    json["boot_id"] = info.process.bootId;
    json["socket"] = info.socket;
    json["engine_version"] = info.engineVersion;
    json["project_hash"] = info.projectHash;
    json["device"] = info.device;
    json["ranks"] = info.ranks;
    json["state"] = runPhaseName(info.phase);
    json["created_ms"] = info.createdMs;
    json["started_ms"] = info.startedMs;
    json["ended_ms"] = info.endedMs;
    json["resumes"] = info.resumes;
    json["exit_code"] = info.exitCode ? base::Json(*info.exitCode) : base::Json();
    if (info.signal)
        json["signal"] = *info.signal;
    json["error"] = info.error;
    json["message"] = info.message;
    return json;
}

base::Result<RunInfo> runInfoFromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    RunInfo info;
    const std::int64_t version = in.integer("version");
    info.runId = in.text("run_id");
    info.name = in.text("name", "");
    info.process.pid = in.integer("pid");
    info.process.startTicks = static_cast<std::uint64_t>(in.integer("start_ticks"));
    info.process.bootId = in.text("boot_id");
    info.socket = in.text("socket", "");
    info.engineVersion = in.text("engine_version", "");
    info.projectHash = in.text("project_hash", "");
    info.device = in.text("device", "");
    info.ranks = in.integerIn("ranks", 1, kMaxInt, 1);
    const std::string phase = in.text("state");
    info.createdMs = in.integer("created_ms", 0);
    info.startedMs = in.integer("started_ms", 0);
    info.endedMs = in.integer("ended_ms", 0);
    info.resumes = in.integerIn("resumes", 0, kMaxInt, 0);
    if (!in.any("exit_code").is_null())
        info.exitCode = in.integerIn("exit_code", 0, kMaxInt);
    if (in.has("signal"))
        info.signal = in.integerIn("signal", 1, kMaxInt);
    info.error = in.text("error", "");
    info.message = in.text("message", "");
    if (const auto known = runPhaseFromName(phase))
        info.phase = *known;
    else
        in.fault("state", fmt::format("unknown state '{}'", phase));
    if (version > kInfoVersion)
        in.fault("version",
            fmt::format("written by a newer version: {}, this program knows {}", version, kInfoVersion),
            "update MSRL Studio");
    // A newer engine may add members.
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return info;
}

RunFolder::RunFolder(fs::path root)
    : m_root(std::move(root))
{
}

bool RunFolder::isRunFolder() const
{
    std::error_code ec;
    return fs::is_regular_file(infoFile(), ec);
}

base::Result<RunInfo> RunFolder::readInfo() const
{
    auto json = base::readJsonFile(infoFile(), { .maxBytes = kMaxInfoBytes });
    if (!json)
        return json.error();
    auto info = runInfoFromJson(*json, infoFile().string());
    if (!info || isFinal(info->phase))
        return info;
    if (const auto end = readProcessEnd(endFile(), info->process)) {
        info->signal = end->signal;
        info->exitCode = end->exitCode;
    }
    return info;
}

base::Status RunFolder::noteEnd(const base::ProcessIdentity& engine, const ProcessEnd& end) const
{
    const auto info = readInfo();
    if (!info || isFinal(info->phase) || info->process != engine)
        return {};
    return writeProcessEnd(endFile(), engine, end);
}

base::Status RunFolder::writeInfo(const RunInfo& info) const
{
    return base::writeFileAtomically(infoFile(), runInfoToJson(info).dump(2) + "\n");
}

RunClaim::RunClaim(RunFolder folder, RunInfo info, int lockFd, bool isResume)
    : m_folder(std::move(folder))
    , m_info(std::move(info))
    , m_lockFd(lockFd)
    , m_isResume(isResume)
{
}

RunClaim::RunClaim(RunClaim&& other) noexcept
    : m_folder(std::move(other.m_folder))
    , m_info(std::move(other.m_info))
    , m_lockFd(std::exchange(other.m_lockFd, -1))
    , m_isResume(other.m_isResume)
{
}

RunClaim::~RunClaim()
{
    if (m_lockFd >= 0)
        ::close(m_lockFd);
}

base::Status RunClaim::update(const RunInfo& info)
{
    base::Status written = m_folder.writeInfo(info);
    if (written)
        m_info = info;
    return written;
}

base::Status RunClaim::adopt()
{
    RunInfo info = m_info;
    info.process = base::currentProcess();
    return update(info);
}

base::Result<RunClaim> claimRunFolder(const fs::path& root, const RunInfo& initial)
{
    std::error_code ec;
    if (fs::exists(root, ec) && !fs::is_directory(root, ec))
        return base::badInput("is a file, expected a run folder", root.string(), "name another run folder");
    RunFolder folder(fs::absolute(root, ec));
    if (!folder.isRunFolder() && holdsForeignFiles(root))
        return base::badInput("the folder is not empty and is not a run folder", root.string(),
            "name a new or an empty folder");
    if (base::Status made = base::createFolders(root); !made)
        return made.error();
    const int lockFd = ::open((folder.root() / kLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lockFd < 0)
        return base::failed(std::string("cannot write: ") + std::strerror(errno), root.string(),
            "check that the folder is writable");
    const bool locked = ::flock(lockFd, LOCK_EX | LOCK_NB) == 0;
    RunInfo info = initial;
    const bool isResume = folder.isRunFolder();
    RunClaim claim(folder, info, lockFd, isResume); // closes the descriptor on every way out
    std::int64_t holder = 0;
    if (isResume) {
        auto earlier = folder.readInfo();
        if (!earlier)
            return earlier.error();
        if (base::isAlive(earlier->process) && earlier->process.pid != ::getpid())
            holder = earlier->process.pid;
        info.runId = earlier->runId;
        info.createdMs = earlier->createdMs;
        info.resumes = earlier->resumes + 1;
        if (info.name.empty())
            info.name = earlier->name;
    } else {
        info.runId = newRunId();
        info.createdMs = base::nowMs();
        info.resumes = 0;
    }
    if (!locked || holder != 0)
        return base::badInput(holder != 0 ? fmt::format("run folder in use by pid {}", holder)
                                          : std::string("run folder in use by another process"),
            root.string(), "stop that run first, or name another folder");
    info.process = base::currentProcess();
    info.phase = RunPhase::Starting;
    info.startedMs = base::nowMs();
    info.endedMs = 0;
    info.exitCode.reset();
    info.error.clear();
    info.message.clear();
    if (base::Status written = claim.update(info); !written)
        return written.error();
    return claim;
}

} // namespace msrl::store
