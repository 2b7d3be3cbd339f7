// SPDX-License-Identifier: GPL-3.0-or-later
// What one evaluation measured, read from the engine's report.
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <string>
#include <vector>

namespace msrl::models {

struct EvaluationCell
{
    double value = 0;
    std::int64_t trials = 0; // what the share was counted over; 0: unknown, or not a share
    double low = 0; // Wilson's 95 % interval; only with trials
    double high = 0;
};

struct EvaluationColumn
{
    std::string benchmark; // "pixels"; empty where the report holds one benchmark only
    std::string measure; // "accuracy", "both_orders", "by_task/image_generation", …
    bool isCount = false; // parse failures: a number, the fewer the better
};

struct Measured
{
    EvaluationColumn column;
    EvaluationCell cell;
};

// A report is one block of measures, or a block per benchmark under "sets" (then what stands beside it
// repeats one of them).
std::vector<Measured> readEvaluation(const base::Json& report);

} // namespace msrl::models
