// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the y axis that a curve's values ask for.
#pragma once

#include <vector>

namespace msrl::widgets {

struct AxisRange
{
    double lower = 0;
    double upper = 0;
    bool cutBelow = false; // values lie below or above what is shown
    bool cutAbove = false;
};

// Least to greatest of the finite values, unless a few of them lie so far from the rest (more than three
// times the spread of the middle 90 %) that the others would become a flat line: then that side ends half a
// spread beyond the middle. Under 20 values nothing is cut. Without finite values: 0 to 0.
AxisRange robustRange(std::vector<double> values);

} // namespace msrl::widgets
