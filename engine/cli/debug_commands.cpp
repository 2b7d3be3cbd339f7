// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/debug_commands.h"

#include <CLI/CLI.hpp>

namespace msrl::cli {

void addDebugCommands(CLI::App& app, Action& action)
{
    CLI::App* debug = app.add_subcommand("debug", "Run one computation of the product by itself.");
    debug->require_subcommand(1);
    addDebugForward(*debug, action);
    addDebugGenerate(*debug, action);
    addDebugObjective(*debug, action);
    addDebugParse(*debug, action);
    addDebugSelect(*debug, action);
    addDebugTrainStep(*debug, action);
}

} // namespace msrl::cli
