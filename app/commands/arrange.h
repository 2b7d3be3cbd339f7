// SPDX-License-Identifier: GPL-3.0-or-later
// Places of stages on the canvas: one undo each.
#pragma once

#include "core/curriculum/project.h"

#include <string>
#include <vector>

namespace msrl::models {
class ProjectDocument;
}

namespace msrl::commands {

enum class Arrangement { AlignLeft, AlignTop, DistributeAcross, DistributeDown, Layers };

// Layers: every stage right of what it takes in, datasets beside the first stage that reads them; of all
// stages when fewer than two are named. The others need two stages (align) or three (distribute) and do
// nothing with less.
void arrangeNodes(
    models::ProjectDocument& document, const std::vector<std::string>& nodes, Arrangement arrangement);

} // namespace msrl::commands
