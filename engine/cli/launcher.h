// SPDX-License-Identifier: GPL-3.0-or-later
// Starting the engine as several ranks: what mpirun, srun and sbatch are given.
#pragma once

#include "engine/cli/run_options.h"

#include <string>
#include <vector>

namespace msrl::cli {

// The run asks for several ranks and this process is none of them.
bool needsLauncher(const RunOptions& options);

// What the options ask of ranks and hosts fits together and this machine; without hosts all ranks run here.
base::Status checkRanks(const RunOptions& options);

// Command and arguments that start `engine ARGUMENTS...` on all ranks.
std::vector<std::string> launcherCommand(
    const RunOptions& options, const std::string& engine, const std::vector<std::string>& arguments);

// Starts the ranks and waits for their end; its code becomes this process's. SIGINT and SIGTERM go to the
// lead, which stops with a checkpoint at the first and at once at the second; the third ends the launcher.
base::Status launchRanks(const RunOptions& options, const std::vector<std::string>& arguments);

// Arguments of `msrl-engine run` that give these options.
std::vector<std::string> runArguments(const RunOptions& options);
// As a line for a shell.
std::string shellLine(const std::vector<std::string>& words);

// Path of this program.
std::string enginePath();

// Starts a program of the PATH, and returns its exit code (128 + signal when one ended it). Refused when
// there is no such program; `package` is named as the place to get it.
struct ProgramCall
{
    std::vector<std::string> command;
    std::string package;
    std::filesystem::path run; // folder whose engine is asked to stop on a signal; empty: none
};
base::Result<int> runProgram(const ProgramCall& call);

} // namespace msrl::cli
