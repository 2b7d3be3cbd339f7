// SPDX-License-Identifier: GPL-3.0-or-later
// Command-line options that `run`, `resume`, `launch` and `distill` have in common.
#pragma once

#include "engine/cli/run_options.h"

namespace CLI {
class App;
}

namespace msrl::cli {

// The project, its run and how it is to be computed. REQUIRES: `options` outlives the parsing.
void addProjectOptions(CLI::App& command, RunOptions& options);
// --device, --threads, --rank-timeout.
void addMachineOptions(CLI::App& command, RunOptions& options);
void addHostsOption(CLI::App& command, RunOptions& options);
// --ranks, --launcher, --hosts.
void addRankOptions(CLI::App& command, RunOptions& options);

} // namespace msrl::cli
