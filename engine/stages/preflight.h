// SPDX-License-Identifier: GPL-3.0-or-later
// What can be refused is refused here, before a run writes anything: rows, labels, media, prompts over the
// limit, models, disk space.
#pragma once

#include "core/curriculum/plan.h"
#include "engine/stages/artefacts.h"
#include "engine/stages/stage.h"

namespace msrl::stages {

// The first problem with its place. Steps whose artefact is there already are not looked at again.

base::Status preflight(
    const curriculum::Plan& plan, const RunSettings& settings, const ArtefactStore& artefacts);

} // namespace msrl::stages
