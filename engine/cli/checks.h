// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of option values whose message says what is wanted; --help says it as their description does.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace msrl::cli {

// A whole number from `least` up; also of options that are unsigned, into which -1 would otherwise wrap.
CLI::Validator wholeFrom(std::int64_t least);
// A whole number from `least` to `most`.
CLI::Validator wholeBetween(std::int64_t least, std::int64_t most);
// A number from `least` up.
CLI::Validator numberFrom(double least);
// A number from `least` to `most`.
CLI::Validator numberBetween(double least, double most);
// A number above 0.
CLI::Validator aboveZero();
// What --help says of a value that is checked elsewhere.
CLI::Validator toldRange(const std::string& range);

} // namespace msrl::cli
