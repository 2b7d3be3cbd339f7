// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_state.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace msrl::store {
namespace {

using testing::HasSubstr;
using tests::TemporaryFolder;

RunInfo known()
{
    RunInfo info;
    info.name = "demo";
    info.engineVersion = "0.1.0";
    info.projectHash = "abc";
    info.device = "cpu";
    return info;
}

TEST(RunFolder, infoRoundTrips)
{
    RunInfo info = known();
    info.runId = "00ff";
    info.process = { 77, 123456, "boot" };
    info.socket = "/run/user/1000/msrl-00ff.sock";
    info.phase = RunPhase::Failed;
    info.createdMs = 1;
    info.startedMs = 2;
    info.endedMs = 3;
    info.resumes = 4;
    info.exitCode = 4;
    info.signal = 9;
    info.error = "out of memory";
    info.message = "2 of 12 undecided";
    const auto read = runInfoFromJson(runInfoToJson(info), "run.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, info);
    base::Json newer = runInfoToJson(info);
    newer["version"] = 2;
    EXPECT_FALSE(runInfoFromJson(newer, "run.json"));
    base::Json odd = runInfoToJson(info);
    odd["state"] = "dancing";
    EXPECT_THAT(runInfoFromJson(odd, "run.json").error().message(), HasSubstr("dancing"));
    for (const auto& [key, value] : { std::pair<const char*, base::Json> { "ranks", 4294967297 },
             { "ranks", 0 }, { "resumes", 4294967297 }, { "exit_code", "4" }, { "exit_code", 4294967297 } }) {
        base::Json wrong = runInfoToJson(info);
        wrong[key] = value;
        const auto refused = runInfoFromJson(wrong, "run.json");
        ASSERT_FALSE(refused) << key << value;
        EXPECT_THAT(refused.error().message(), HasSubstr(std::string("field ") + key));
    }
}

TEST(RunFolder, aClaimMakesARun)
{
    const TemporaryFolder folder;
    const auto claim = claimRunFolder(folder / "new/run", known());
    ASSERT_TRUE(claim) << claim.error().message();
    EXPECT_FALSE(claim->isResume());
    const auto info = RunFolder(folder / "new/run").readInfo();
    ASSERT_TRUE(info);
    EXPECT_EQ(info->runId.size(), 16U);
    EXPECT_EQ(info->process, base::currentProcess());
    EXPECT_EQ(info->phase, RunPhase::Starting);
}

TEST(RunFolder, aSecondEngineIsRefusedWhileTheFirstLives)
{
    const TemporaryFolder folder;
    int toParent[2];
    int toChild[2];
    ASSERT_EQ(::pipe(toParent), 0);
    ASSERT_EQ(::pipe(toChild), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto claim = claimRunFolder(folder / "run", known());
        const char word = claim ? 'y' : 'n';
        char ignored = 0;
        static_cast<void>(!::write(toParent[1], &word, 1));
        ::close(toChild[1]);
        static_cast<void>(!::read(toChild[0], &ignored, 1));
        ::_exit(0);
    }
    char word = 0;
    ASSERT_EQ(::read(toParent[0], &word, 1), 1);
    ASSERT_EQ(word, 'y');
    const auto before = RunFolder(folder / "run").readInfo();
    const auto refused = claimRunFolder(folder / "run", known());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::BadInput);
    EXPECT_THAT(refused.error().message(), HasSubstr("run folder in use by pid " + std::to_string(child)));
    EXPECT_EQ(*RunFolder(folder / "run").readInfo(), *before); // untouched

    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto resumed = claimRunFolder(folder / "run", RunInfo {});
    ASSERT_TRUE(resumed) << resumed.error().message();
    EXPECT_TRUE(resumed->isResume());
    EXPECT_EQ(resumed->info().runId, before->runId);
    EXPECT_EQ(resumed->info().resumes, 1);
    EXPECT_EQ(resumed->info().name, "demo");
    for (const int fd : { toParent[0], toParent[1], toChild[0], toChild[1] })
        ::close(fd);
}

TEST(RunFolder, refusesAFolderWithOtherThings)
{
    const TemporaryFolder folder;
    ASSERT_TRUE(base::writeFileAtomically(folder / "thesis.tex", "x"));
    const auto claim = claimRunFolder(folder.path(), known());
    ASSERT_FALSE(claim);
    EXPECT_THAT(claim.error().message(), HasSubstr("not a run folder"));
    EXPECT_FALSE(std::filesystem::exists(folder / ".lock"));
    EXPECT_FALSE(claimRunFolder(folder / "thesis.tex", known()));
}

TEST(RunState, tellsWhatTheEvidenceSays)
{
    RunEvidence evidence;
    evidence.info = known();
    evidence.info.process.pid = 55;
    evidence.info.phase = RunPhase::Running;
    evidence.processAlive = true;
    EXPECT_EQ(deriveRunState(evidence).kind, RunStateKind::Running);
    evidence.socketPhase = RunPhase::Paused;
    EXPECT_EQ(deriveRunState(evidence).kind, RunStateKind::Paused);
    evidence.silentSeconds = kLostContactSeconds;
    EXPECT_EQ(deriveRunState(evidence).kind, RunStateKind::LostContact);
    evidence.processAlive = false;
    EXPECT_EQ(deriveRunState(evidence).kind, RunStateKind::Killed);
    EXPECT_THAT(deriveRunState(evidence).detail, HasSubstr("55"));
    evidence.sameBoot = false;
    EXPECT_THAT(deriveRunState(evidence).detail, HasSubstr("restarted"));
    evidence.info.phase = RunPhase::Failed;
    evidence.info.error = "cannot write: No space left on device";
    evidence.info.exitCode = 4;
    EXPECT_EQ(deriveRunState(evidence).kind, RunStateKind::Failed);
    EXPECT_EQ(deriveRunState(evidence).detail, "cannot write: No space left on device (exit code 4)");
    evidence.info.phase = RunPhase::Stopped;
    EXPECT_EQ(deriveRunState(evidence).kind, RunStateKind::StoppedByYou);
    evidence.info.phase = RunPhase::Finished;
    EXPECT_EQ(deriveRunState(evidence).kind, RunStateKind::Finished);
}

// Somebody waited for the engine's process and kept how it ended; a resume by another process, or a last
// word, is not mistaken for it.
TEST(RunFolder, howAnEngineEndedIsToldOfThatEngineAlone)
{
    const TemporaryFolder scratch;
    const RunFolder folder(scratch / "run");
    RunInfo info = known();
    info.process = { 1234, 99, "an earlier boot" };
    info.phase = RunPhase::Running;
    ASSERT_TRUE(folder.noteEnd(info.process, { SIGKILL, {} }));
    EXPECT_FALSE(std::filesystem::exists(folder.root())); // it ended before it had begun a run
    std::filesystem::create_directories(folder.root());
    ASSERT_TRUE(folder.writeInfo(info));
    base::ProcessIdentity other = info.process;
    other.startTicks += 1;
    ASSERT_TRUE(folder.noteEnd(other, { SIGKILL, {} }));
    EXPECT_FALSE(folder.readInfo()->signal);
    ASSERT_TRUE(folder.noteEnd(info.process, { SIGKILL, {} }));
    const auto killed = folder.readInfo();
    ASSERT_TRUE(killed);
    EXPECT_EQ(killed->signal, SIGKILL);
    EXPECT_THAT(deriveRunState(observe(*killed)).detail, HasSubstr("killed by signal 9 (SIGKILL)"));
    ASSERT_TRUE(folder.noteEnd(info.process, { SIGSEGV, {} }));
    EXPECT_THAT(deriveRunState(observe(*folder.readInfo())).detail, HasSubstr("signal 11 (SIGSEGV)"));
    ASSERT_TRUE(folder.noteEnd(info.process, { {}, 137 }));
    EXPECT_THAT(deriveRunState(observe(*folder.readInfo())).detail, HasSubstr("exit code 137"));
    RunInfo resumed = info;
    resumed.process = other;
    ASSERT_TRUE(folder.writeInfo(resumed));
    EXPECT_EQ(*folder.readInfo(), resumed);
    info.phase = RunPhase::Finished;
    ASSERT_TRUE(folder.writeInfo(info));
    EXPECT_EQ(*folder.readInfo(), info);
    info.phase = RunPhase::Running;
    ASSERT_TRUE(folder.writeInfo(info));
    ASSERT_TRUE(base::writeFileAtomically(folder.endFile(), "no JSON"));
    EXPECT_EQ(*folder.readInfo(), info);
}

TEST(RunState, aReusedPidIsNotTheEngine)
{
    RunInfo info = known();
    info.process = base::currentProcess();
    EXPECT_TRUE(observe(info).processAlive);
    info.process.startTicks += 1;
    EXPECT_FALSE(observe(info).processAlive);
}

} // namespace
} // namespace msrl::store
