// SPDX-License-Identifier: GPL-3.0-or-later
// The audit gates of a run, as its plan.json tells them: which candidates each of them lets through.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace msrl::curriculum {

struct PlannedGate
{
    std::string step;
    std::string teacher; // the CMKD step before it; empty where the plan does not say

    // A gate of which the plan does not say whose it is may be anybody's.
    bool isFor(const std::string& stage) const { return teacher.empty() || teacher == stage; }
};

// In the plan's order. Errors: the file cannot be read or is no plan.
base::Result<std::vector<PlannedGate>> plannedGates(const std::filesystem::path& planFile);

} // namespace msrl::curriculum
