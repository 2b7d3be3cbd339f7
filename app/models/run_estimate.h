// SPDX-License-Identifier: GPL-3.0-or-later
// What a run will take, told from its fields and from the pace of the last run.
#pragma once

#include "core/curriculum/project.h"
#include "core/store/rows.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace msrl::models {

struct StageEstimate
{
    std::string node;
    QString title;
    std::optional<std::int64_t> steps; // nothing: depends on data that was not counted
    std::int64_t completions = 0; // written by the policy
    std::int64_t mostTokens = 0; // read and written, every prompt and completion at its limit
    std::optional<double> seconds; // at the last run's pace; nothing: it never ran
};

// The stages that train or write, in the project's order, without those that are left out. `last`: the stages
// of the run that the pace is taken from; may be empty.
std::vector<StageEstimate> estimateRun(
    const curriculum::Project& project, const std::vector<store::StageRow>& last);

} // namespace msrl::models
