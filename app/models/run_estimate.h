// SPDX-License-Identifier: GPL-3.0-or-later
// What a run will take, told from its fields, from the sizes of its datasets and from the pace of the last
// run.
#pragma once

#include "core/curriculum/project.h"
#include "core/curriculum/run_needs.h"
#include "core/store/rows.h"

#include <QString>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace msrl::models {

struct StageEstimate
{
    std::string node;
    QString title;
    // Nothing where it depends on data that was not counted; steps also where the stage does not train.
    std::optional<std::int64_t> steps;
    std::optional<std::int64_t> samples; // read in all: in every epoch, in both orders, for every policy
    bool atMost = false; // the samples pass a gate, which leaves some out
    std::int64_t completions = 0; // written by the policy
    std::int64_t mostTokens = 0; // read and written, every prompt and completion at its limit
    std::int64_t textBytes = 0; // of the result of a stage that writes, every completion at its limit
    std::optional<double> seconds; // at the last run's pace; nothing: it never ran
};

// The stages that train or write, in the project's order, without those that are left out. `last`: the stages
// of the run that the pace is taken from; may be empty. `sizes`: of the datasets that were counted, by node.
std::vector<StageEstimate> estimateRun(const curriculum::Project& project,
    const std::vector<store::StageRow>& last,
    const std::map<std::string, curriculum::DatasetSize>& sizes = {});

} // namespace msrl::models
