// SPDX-License-Identifier: GPL-3.0-or-later
// What a new start of a run changes of how it was started before.
#pragma once

#include "core/base/json.h"
#include "core/store/run_folder.h"

#include <string>
#include <vector>

namespace msrl::cli {

// One line per difference: "rl_text.lr 0.0001 -> 2e-05", "node audit is new", "option seed 1 -> 2".
// Positions, titles and comments do not count, nor does the order of nodes.
std::vector<std::string> settingChanges(const base::Json& before, const base::Json& now);

// The project and options in the folder against those that are about to replace them. Empty where the folder
// holds no earlier start, or one that cannot be read.
std::vector<std::string> changesSince(
    const store::RunFolder& folder, const std::string& project, const std::string& plan);

} // namespace msrl::cli
