// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/schedules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace msrl::update {

const char* scheduleName(ScheduleKind kind)
{
    switch (kind) {
    case ScheduleKind::Constant:
        return "constant";
    case ScheduleKind::Linear:
        return "linear";
    case ScheduleKind::Cosine:
        return "cosine";
    }
    return "";
}

std::optional<ScheduleKind> scheduleFromName(std::string_view name)
{
    for (ScheduleKind kind : { ScheduleKind::Constant, ScheduleKind::Linear, ScheduleKind::Cosine })
        if (name == scheduleName(kind))
            return kind;
    return std::nullopt;
}

base::Status validate(const ScheduleOptions& options)
{
    if (options.totalSteps < 1)
        return base::badInput(fmt::format("a schedule over {} steps", options.totalSteps),
            "schedule, total steps", "it needs at least 1");
    if (options.warmupSteps < 0 || options.warmupSteps > options.totalSteps)
        return base::badInput(fmt::format("{} warm-up steps of {}", options.warmupSteps, options.totalSteps),
            "schedule, warm-up", "use 0 to the number of steps");
    if (!(options.floor >= 0.0 && options.floor <= 1.0))
        return base::badInput(
            fmt::format("a final learning-rate share of {}", options.floor), "schedule, floor", "use 0 to 1");
    return {};
}

double scheduleFactor(const ScheduleOptions& options, std::int64_t step)
{
    step = std::clamp<std::int64_t>(step, 0, std::max<std::int64_t>(0, options.totalSteps - 1));
    if (step < options.warmupSteps)
        return static_cast<double>(step + 1) / static_cast<double>(options.warmupSteps);
    if (options.kind == ScheduleKind::Constant)
        return 1.0;
    // The decay starts at the step that reached the peak: the last warm-up step, or step 0 without one.
    const std::int64_t peak = std::max<std::int64_t>(0, options.warmupSteps - 1);
    const std::int64_t span = options.totalSteps - 1 - peak;
    if (step == options.totalSteps - 1 && span > 0)
        return options.floor;
    const double progress = span > 0 ? static_cast<double>(step - peak) / static_cast<double>(span) : 0.0;
    const double shape = options.kind == ScheduleKind::Linear
        ? 1.0 - progress
        : 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
    return options.floor + (1.0 - options.floor) * shape;
}

} // namespace msrl::update
