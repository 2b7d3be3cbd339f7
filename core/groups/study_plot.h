// SPDX-License-Identifier: GPL-3.0-or-later
// Which plots a group can show: a measure against the values of the parameter that was swept, or one measure
// against another, such as what is kept of an old skill against what is reached in the new one.
#pragma once

#include "core/groups/plot_svg.h"
#include "core/groups/summary.h"

#include <string>
#include <vector>

namespace msrl::groups {

struct PlotRequest
{
    std::string y; // measure
    std::string x; // measure; empty: the swept parameter
};

// One point per configuration that was finished at least once. BadInput for a measure that no row has, and,
// with an empty x, for a group that does not sweep exactly one numeric parameter.
base::Result<Plot> studyPlot(const RunGroup& group, const GroupSummary& summary, const PlotRequest& request);

// Measures that some row has, for a message or a menu.
std::vector<std::string> knownMeasures(const GroupSummary& summary);
// The group sweeps exactly one numeric parameter.
bool sweepsOneNumber(const RunGroup& group);

} // namespace msrl::groups
