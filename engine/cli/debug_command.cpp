// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine debug: the model's numbers, for comparison with other implementations.
#include "engine/cli/command.h"

#include <CLI/CLI.hpp>

namespace msrl::cli {

void addDebugCommands(CLI::App& app, Action& action)
{
    CLI::App* debug
        = app.add_subcommand("debug", "Run a model on given tensors and write every number it makes.");
    debug->require_subcommand(1);
    addDebugForward(*debug, action);
    addDebugGenerate(*debug, action);
    addDebugTrainStep(*debug, action);
}

} // namespace msrl::cli
