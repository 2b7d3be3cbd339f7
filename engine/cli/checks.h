// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of option values whose message says what is wanted.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>

namespace msrl::cli {

// A whole number from `least` up; also of options that are unsigned, into which -1 would otherwise wrap.
CLI::Validator wholeFrom(std::int64_t least);
// A number from `least` up.
CLI::Validator numberFrom(double least);
// A number above 0.
CLI::Validator aboveZero();

} // namespace msrl::cli
