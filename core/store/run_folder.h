// SPDX-License-Identifier: GPL-3.0-or-later
// Where a run keeps its things, who runs it, and the lock that lets only one engine in.
#pragma once

#include "core/base/json.h"
#include "core/base/process.h"
#include "core/base/result.h"
#include "core/store/process_end.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace msrl::store {

// What the engine last wrote about itself. Names as stored: starting, running, paused, awaiting-audit,
// stopping, finished, stopped, failed.
enum class RunPhase { Starting, Running, Paused, AwaitingAudit, Stopping, Finished, Stopped, Failed };
const char* runPhaseName(RunPhase phase);
std::optional<RunPhase> runPhaseFromName(const std::string& name);
// The engine has ended in this phase.
bool isFinal(RunPhase phase);

// run.json
struct RunInfo
{
    std::string runId; // 16 hexadecimal digits, made by claimRunFolder() and kept for the life of the run
    std::string name; // for people: the project's name, or what the person called the run
    base::ProcessIdentity process;
    std::string socket; // path of the control socket; empty when there is none
    std::string engineVersion;
    std::string projectHash;
    std::string device; // "cpu", "cuda:0"
    int ranks = 1;
    RunPhase phase = RunPhase::Starting;
    std::int64_t createdMs = 0;
    std::int64_t startedMs = 0; // of the present or last engine; a resume starts anew
    std::int64_t endedMs = 0; // 0 while it runs
    int resumes = 0;
    std::optional<int> exitCode;
    std::optional<int> signal; // that ended the engine before its last word, where somebody saw it
    std::string error; // one line, when failed or stopped
    std::string message; // what the phase is about, while it runs: what an auditor is waited for

    bool operator==(const RunInfo&) const = default;
};

base::Json runInfoToJson(const RunInfo& info);
base::Result<RunInfo> runInfoFromJson(const base::Json& json, const std::string& place);

// Paths within one run's folder; touches nothing until asked.
class RunFolder
{
public:
    explicit RunFolder(std::filesystem::path root);

    const std::filesystem::path& root() const { return m_root; }
    std::filesystem::path infoFile() const { return m_root / "run.json"; }
    std::filesystem::path projectFile() const { return m_root / "project.msrl"; }
    std::filesystem::path planFile() const { return m_root / "plan.json"; }
    std::filesystem::path commandFile() const { return m_root / "command.txt"; }
    std::filesystem::path runDatabase() const { return m_root / "run.db"; }
    std::filesystem::path auditDatabase() const { return m_root / "audit.db"; }
    std::filesystem::path endFile() const { return m_root / "process-end.json"; }
    std::filesystem::path logFile() const { return m_root / "engine.log"; }
    std::filesystem::path artefacts() const { return m_root / "artefacts"; }
    std::filesystem::path artefact(const std::string& hash) const { return artefacts() / hash; }

    bool isRunFolder() const; // has a run.json
    // run.json, and of an engine without a last word what endFile() knows of its end.
    base::Result<RunInfo> readInfo() const;
    base::Status writeInfo(const RunInfo& info) const;
    // Writes endFile() where run.json names this process and has no last word of it.
    base::Status noteEnd(const base::ProcessIdentity& engine, const ProcessEnd& end) const;

private:
    std::filesystem::path m_root;
};

// The right to run in a folder: a lock that the kernel gives back when the process ends, however it ends.
class RunClaim
{
public:
    RunClaim(RunClaim&& other) noexcept;
    RunClaim& operator=(RunClaim&&) = delete;
    ~RunClaim();

    const RunFolder& folder() const { return m_folder; }
    // run.json as claimed: a new run id, or the one found there with its resumes counted up; process and
    // start time are those of the caller. Already written to the disk.
    const RunInfo& info() const { return m_info; }
    // The folder held a run before.
    bool isResume() const { return m_isResume; }
    // Writes a changed run.json and keeps it as info().
    base::Status update(const RunInfo& info);
    // After a fork: writes the caller's identity.
    base::Status adopt();

private:
    friend base::Result<RunClaim> claimRunFolder(const std::filesystem::path& root, const RunInfo& initial);
    RunClaim(RunFolder folder, RunInfo info, int lockFd, bool isResume);

    RunFolder m_folder;
    RunInfo m_info;
    int m_lockFd = -1;
    bool m_isResume = false;
};

// Creates the folder when it is absent. Refused (BadInput): "run folder in use by pid N" while an engine
// works there, a folder with content that is not a run, a file. `initial` gives what the caller knows (name,
// engine version, project hash, device, ranks, socket); identity, times, run id and phase are set here.
base::Result<RunClaim> claimRunFolder(const std::filesystem::path& root, const RunInfo& initial);

} // namespace msrl::store
