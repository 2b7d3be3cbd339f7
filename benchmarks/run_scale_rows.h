// SPDX-License-Identifier: GPL-3.0-or-later
// A run of 40 curves as an engine leaves it: two sources of twenty metrics that the Run page draws.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

namespace msrl::bench {

inline constexpr int kNumCurves = 40;
inline constexpr std::array<int, 4> kSpikes { 777, 31'234, 31'235, 199'998 }; // steps of "reward"

double minutesOf(std::int64_t step); // on the time axis

// A program's exit code; errors are told.
int makeRun(const std::filesystem::path& folder, std::int64_t points);
int growRun(const std::filesystem::path& folder, int rowsPerSecond, int seconds);

std::int64_t numRows(const std::filesystem::path& folder);

} // namespace msrl::bench
