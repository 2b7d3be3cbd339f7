// SPDX-License-Identifier: GPL-3.0-or-later
// What can be refused is refused here, before a run writes anything: rows, labels, media, prompts over the
// limit, models, disk space.
#pragma once

#include "core/curriculum/plan.h"
#include "engine/stages/artefacts.h"
#include "engine/stages/plan_data.h"
#include "engine/stages/stage.h"

#include <cstdint>
#include <set>
#include <string>

namespace msrl::stages {

// What the checks of the stage types read, and what they leave for one another.
struct PreflightContext
{
    const curriculum::Plan& plan;
    const RunSettings& settings;
    PlanData data;
    std::set<std::string> decoded = {}; // media that were looked at already
    std::uint64_t policyBytes = 0; // of the model that was checked last
};

// The first problem with its place. Steps whose artefact is there already are not looked at again.
base::Status preflight(
    const curriculum::Plan& plan, const RunSettings& settings, const ArtefactStore& artefacts);

} // namespace msrl::stages
