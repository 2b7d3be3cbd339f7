// SPDX-License-Identifier: GPL-3.0-or-later
// The bars of a reliability diagram, with Wilson's intervals.
#pragma once

#include "core/judge/calibration.h"
#include "widgets/plot/reliability_plot.h"

#include <span>

namespace msrl::pages {

QVector<widgets::ReliabilityBar> reliabilityBars(std::span<const judge::ReliabilityBin> bins);

} // namespace msrl::pages
