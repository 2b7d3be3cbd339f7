// SPDX-License-Identifier: GPL-3.0-or-later
// How a process finds out that it is one rank of several, and joins the others.
#pragma once

#include "engine/parallel/communicator.h"

#include <chrono>
#include <memory>

namespace msrl::parallel {

// Ranks that the launcher says it has started, from its environment variables; 1 without a launcher.
int ranksOfLauncher();

// The communicator of these ranks; a serial one for a single rank. `patience`: how long a rank may be silent
// while the others need it. Refused: a launcher that does not speak Open MPI's language.
base::Result<std::unique_ptr<Communicator>> joinRanks(std::chrono::seconds patience);

} // namespace msrl::parallel
