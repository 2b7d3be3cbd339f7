// SPDX-License-Identifier: GPL-3.0-or-later
// How --help reads, the same for all commands: "--threads N", "--gate project|auto|wait", and behind the
// description what the value may be and what it is when not given: "[0 or more; default 0]".
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace msrl::cli {

// Commands that are added later take it over.
std::shared_ptr<CLI::Formatter> helpPage();

// What stands for the value of an option: N, its few choices, the word for options of its name (FILE, NODE),
// the type_name() that it was given, or VALUE; empty for a flag.
std::string valueWord(const CLI::Option& option);

} // namespace msrl::cli
