// SPDX-License-Identifier: GPL-3.0-or-later
// What accepting a distilled set by a confidence threshold would have cost: error against coverage for each
// measure, where the right answers are known.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/store/rows.h"
#include "engine/cli/risk_svg.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace msrl::cli {

// Right answers by sample id, from lines of {"id": …, "gold": "A" | "B"}; other fields are left alone.
base::Result<std::map<std::string, std::string>> readGold(const std::filesystem::path& file);

// Per measure: how many choices are known, calibration error and Brier score where the measure is a
// probability, the mean error over all coverages, and the error at each tenth of coverage with its exact
// interval. `gold` comes before what the items themselves say. An item without a choice, without gold, or
// without the measure is not in it.
// {"items", "choices", "known", "wrong", "measures": [{"measure", "known", "calibration_error", "brier",
//   "area_under_risk", "points": [{"coverage", "threshold", "accepted", "wrong", "error", "low", "high"}]}]}
base::Json riskReport(
    const std::vector<store::CandidateSummary>& items, const std::map<std::string, std::string>& gold);

// The same as curves, for riskSvg(): a curve for each measure that some item has.
std::vector<RiskCurve> riskCurves(
    const std::vector<store::CandidateSummary>& items, const std::map<std::string, std::string>& gold);

// The report as a table for people.
std::string riskTable(const base::Json& report);

} // namespace msrl::cli
