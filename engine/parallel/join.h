// SPDX-License-Identifier: GPL-3.0-or-later
// How a process finds out that it is one rank of several, and joins the others.
#pragma once

#include "engine/parallel/exchange_communicator.h"

#include <chrono>
#include <memory>

namespace msrl::parallel {

// Ranks that the launcher says it has started, from its environment variables; 1 without a launcher.
int ranksOfLauncher();

// The number of this process among those that the launcher has started on this machine, from 0.
int numberOnMachine();

// The communicator of these ranks; nothing for a single rank. `patience`: how long a rank may be silent while
// the others need it. Refused: a launcher that does not speak Open MPI's language.
base::Result<std::unique_ptr<ExchangeCommunicator>> joinRanks(std::chrono::seconds patience);

} // namespace msrl::parallel
