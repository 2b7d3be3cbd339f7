// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace msrl::cli;
using testing::HasSubstr;

namespace {

RunOptions someOptions()
{
    RunOptions options;
    options.project = "it's mine.msrl";
    options.run = "runs/a";
    options.ranks = 4;
    return options;
}

// What follows `name` in the command.
std::string valueOf(const std::vector<std::string>& command, const std::string& name)
{
    const auto found = std::find(command.begin(), command.end(), name);
    return found == command.end() || found + 1 == command.end() ? "" : *(found + 1);
}

bool has(const std::vector<std::string>& command, const std::string& word)
{
    return std::find(command.begin(), command.end(), word) != command.end();
}

} // namespace

TEST(Launcher, givesMpirunRanksAndHosts)
{
    RunOptions options = someOptions();
    auto command = launcherCommand(options, "/opt/msrl-engine", { "resume", "runs/a" });
    EXPECT_EQ(command.front(), "mpirun");
    EXPECT_EQ(valueOf(command, "-n"), "4");
    EXPECT_EQ(valueOf(command, "--bind-to"), "none");
    EXPECT_FALSE(has(command, "--host"));
    EXPECT_EQ(std::vector<std::string>(command.end() - 3, command.end()),
        (std::vector<std::string> { "/opt/msrl-engine", "resume", "runs/a" }));
    options.ranks = 5;
    options.hosts = { "n1", "n2" };
    command = launcherCommand(options, "/opt/msrl-engine", { "resume", "runs/a" });
    EXPECT_EQ(valueOf(command, "--host"), "n1:3,n2:3");
}

TEST(Launcher, givesSrunTasksAndNodes)
{
    RunOptions options = someOptions();
    options.launcher = "srun";
    options.hosts = { "n1", "n2" };
    options.threads = 6;
    const auto command = launcherCommand(options, "/opt/msrl-engine", { "resume", "runs/a" });
    EXPECT_EQ(command.front(), "srun");
    for (const char* word :
        { "--mpi=pmix", "--kill-on-bad-exit=1", "--ntasks=4", "--cpus-per-task=6", "--nodelist=n1,n2" })
        EXPECT_TRUE(has(command, word)) << word;
}

TEST(Launcher, refusesRanksThatDoNotFit)
{
    RunOptions options = someOptions();
    options.ranks = 100000;
    const auto tooMany = checkRanks(options);
    ASSERT_FALSE(tooMany.ok());
    EXPECT_EQ(tooMany.error().code, msrl::base::ErrorCode::BadInput);
    EXPECT_THAT(tooMany.error().message(), HasSubstr("this machine has"));
    options.launcher = "srun"; // Slurm knows its machines
    EXPECT_TRUE(checkRanks(options).ok());
    options.ranks = 1;
    options.hosts = { "n1", "n2" };
    EXPECT_THAT(checkRanks(options).error().message(), HasSubstr("2 hosts"));
}

TEST(Launcher, refusesAnotherCountThanTheLaunchers)
{
    ASSERT_EQ(::setenv("OMPI_COMM_WORLD_SIZE", "2", 1), 0);
    RunOptions options = someOptions();
    EXPECT_FALSE(needsLauncher(options)) << "a rank does not start ranks";
    EXPECT_FALSE(checkRanks(options).ok());
    options.ranks = 2;
    EXPECT_TRUE(checkRanks(options).ok());
    ::unsetenv("OMPI_COMM_WORLD_SIZE");
}

TEST(Launcher, writesLinesThatAShellReadsBack)
{
    const std::vector<std::string> words { "plain", "two words", "it's", "$HOME", "", "a\"b" };
    const std::string command = "for word in " + shellLine(words) + "; do printf '%s\\n' \"$word\"; done";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string read;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        read += static_cast<char>(c);
    ::pclose(pipe);
    std::string expected;
    for (const std::string& word : words)
        expected += word + "\n";
    EXPECT_EQ(read, expected);
}

TEST(Launcher, handsTheCodeOfAProgramOn)
{
    const auto code = runProgram({ { "sh", "-c", "exit 3" }, "dash", {} });
    ASSERT_TRUE(code.ok());
    EXPECT_EQ(*code, 3);
    const auto killed = runProgram({ { "sh", "-c", "kill -9 $$" }, "dash", {} });
    ASSERT_TRUE(killed.ok());
    EXPECT_EQ(*killed, 128 + 9);
    const auto absent = runProgram({ { "msrl-no-such-program" }, "some-package", {} });
    ASSERT_FALSE(absent.ok());
    EXPECT_THAT(absent.error().message(), HasSubstr("install some-package"));
}
