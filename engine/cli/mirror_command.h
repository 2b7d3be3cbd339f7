// SPDX-License-Identifier: GPL-3.0-or-later
// msrl-engine mirror: a run as a stream of JSON lines.
#pragma once

#include "engine/cli/command.h"

namespace msrl::cli {

void addMirrorCommand(CLI::App& app, Action& action);

} // namespace msrl::cli
