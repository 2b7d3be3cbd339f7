// SPDX-License-Identifier: GPL-3.0-or-later
// A point of a curve as the engine would log it, a second per step; the stage "rl2" comes after "rl".
#pragma once

#include "core/store/rows.h"

#include <cstdint>
#include <string>

namespace msrl::tests {

inline store::MetricRow metric(
    const std::string& stage, std::int64_t step, const std::string& name, double value)
{
    store::MetricRow row;
    row.stage = stage;
    row.step = step;
    row.name = name;
    row.source = "new";
    row.value = value;
    row.timeMs = 1'000'000 + 1000 * step + (stage == "rl2" ? 100'000 : 0);
    return row;
}

} // namespace msrl::tests
