// SPDX-License-Identifier: GPL-3.0-or-later
// What accepting from a confidence on would have cost, as a picture: a panel for each measure.
#pragma once

#include "core/judge/calibration.h"

#include <string>
#include <vector>

namespace msrl::cli {

struct RiskCurve
{
    std::string title; // of the measure
    std::vector<judge::RiskPoint> points; // by rising coverage
};

// Error of the accepted set with its 95 % interval over the share that is accepted; under the shares stand
// the thresholds that accept them. All panels have one scale. REQUIRES: each curve has points
std::string riskSvg(const std::vector<RiskCurve>& curves);

} // namespace msrl::cli
