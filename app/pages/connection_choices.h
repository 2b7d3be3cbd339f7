// SPDX-License-Identifier: GPL-3.0-or-later
// The graph without the mouse: which edges a stage may get, and which stages and fields there are, as lines
// to search.
#pragma once

#include "core/curriculum/project.h"

#include <QString>

#include <vector>

namespace msrl::pages {

struct ConnectionChoice
{
    curriculum::Edge edge;
    QString text; // "Policy → 1b Text RL: Policy", "Samples ← Text pairs: Samples"
};

// Every edge that the project would take and that begins or ends at `node`, outputs first, the nearest stage
// on the canvas first.
std::vector<ConnectionChoice> connectionChoices(const curriculum::Project& project, const std::string& node);

// "1b Text RL   rl_text": titles may be used twice, ids may not.
QString stageLine(const curriculum::Node& node);

} // namespace msrl::pages
