// SPDX-License-Identifier: GPL-3.0-or-later
// The children of `msrl-engine debug`: single computations of the product, for checking them from outside.
// One is one file with one of these functions and one line in addDebugCommands().
#pragma once

#include "engine/cli/command.h"

namespace msrl::cli {

void addDebugForward(CLI::App& debug, Action& action);
void addDebugGenerate(CLI::App& debug, Action& action);
void addDebugObjective(CLI::App& debug, Action& action);
void addDebugParse(CLI::App& debug, Action& action);
void addDebugSelect(CLI::App& debug, Action& action);
void addDebugTrainStep(CLI::App& debug, Action& action);

} // namespace msrl::cli
