// SPDX-License-Identifier: GPL-3.0-or-later
// Signals and the own output of a process that trains.
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace msrl::cli {

// SIGINT and SIGTERM are counted from here on instead of ending the process; the first asks for a checkpoint,
// the second to end at once. SIGPIPE is ignored: a client that went away is no reason to end a training.
void installSignalHandlers();
int signalsReceived();

// An own session, and `logFile` in place of the terminal: the process outlives whoever started it.
base::Status detachProcess(const std::filesystem::path& logFile);

} // namespace msrl::cli
