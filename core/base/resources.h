// SPDX-License-Identifier: GPL-3.0-or-later
// Where the files that ship with the programs are: prompts, presets, the demo's base judge, icons.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>

namespace msrl::base {

// The first that exists of: $MSRL_RESOURCES, ../share/msrl-studio seen from the executable, the source tree's
// resources/. Refused when none does, or when the variable names a folder that does not exist.
Result<std::filesystem::path> resourceFolder();

// A file or folder in it, for example "prompts/msrl". Refused when missing.
Result<std::filesystem::path> resource(std::string_view relative);

} // namespace msrl::base
