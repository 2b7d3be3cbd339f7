// SPDX-License-Identifier: GPL-3.0-or-later
// Learning-rate schedules as a factor on the peak rate.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace msrl::update {

enum class ScheduleKind { Constant, Linear, Cosine };
// "constant", "linear", "cosine"
const char* scheduleName(ScheduleKind kind);
std::optional<ScheduleKind> scheduleFromName(std::string_view name);

struct ScheduleOptions
{
    ScheduleKind kind = ScheduleKind::Constant;
    std::int64_t totalSteps = 1;
    std::int64_t warmupSteps = 0; // linear from 1/warmupSteps at the first step to 1 at the last of them
    double floor = 0.0; // factor at the last step of a linear or cosine schedule
};

base::Status validate(const ScheduleOptions& options);

// Factor in (0, 1] for step 0 … totalSteps-1. The first step is never zero, the last warm-up step is exactly
// 1 and the last step of a decaying schedule is exactly `floor`. Steps past the end keep the last value.
double scheduleFactor(const ScheduleOptions& options, std::int64_t step);

} // namespace msrl::update
