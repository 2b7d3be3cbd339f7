// SPDX-License-Identifier: GPL-3.0-or-later
// How an engine ended that had no last word, kept by whoever waited for its process, in a file beside
// run.json: nobody but a living engine writes that one.
#pragma once

#include "core/base/process.h"
#include "core/base/result.h"

#include <filesystem>
#include <optional>
#include <string>

namespace msrl::store {

struct ProcessEnd
{
    std::optional<int> signal;
    std::optional<int> exitCode; // where no signal ended it
};

base::Status writeProcessEnd(
    const std::filesystem::path& file, const base::ProcessIdentity& process, const ProcessEnd& end);
// Of that very process; nothing where the file is absent, about another one, or cannot be read.
std::optional<ProcessEnd> readProcessEnd(
    const std::filesystem::path& file, const base::ProcessIdentity& process);

// "9 (SIGKILL)"
std::string signalText(int signal);
// A signal that the system sends for a fault of the program itself.
bool isCrash(int signal);

} // namespace msrl::store
