// SPDX-License-Identifier: GPL-3.0-or-later
// What lets a distilled set through the gate: its thresholds, and the random sample that bounds its error.
#pragma once

#include "core/store/rows.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/stage.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace msrl::stages {

using Decisions = std::map<std::string, store::DecisionRow>; // what counts, by sample id

base::Result<Decisions> readDecisions(StageContext& context, const std::string& teacher);

// Whether the machine's choice passes the gate's thresholds. REQUIRES: the item has a choice
bool meetsThresholds(const StageContext& context, const store::CandidateRow& row);

// The first items of the random order (judge::drawOrder, named by the teacher's step) of the choices that
// pass the thresholds: the very ones that the studio shows.
struct GateSample
{
    int drawn = 0;
    int decided = 0; // accepted, rejected or overridden
    int wrong = 0; // rejected or overridden
    // With 95 % confidence the error share of the machine's choices is below; once all are decided.
    double bound = 1;

    bool isComplete() const { return drawn > 0 && decided == drawn; }
};

// How many the gate wants to see: its own number, or the fewest whose flawless look shows the bound.
std::int64_t sampleSize(const StageContext& context);

GateSample lookAtSample(const StageContext& context, const std::string& teacher,
    const std::vector<CandidateItem>& items, const Decisions& decisions);

} // namespace msrl::stages
