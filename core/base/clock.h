// SPDX-License-Identifier: GPL-3.0-or-later
// Time as the product stores it.
#pragma once

#include <cstdint>
#include <string>

namespace msrl::base {

// Milliseconds since 1970-01-01 UTC.
std::int64_t nowMs();
// Seconds on a clock that never jumps, for measuring spans.
double monotonicSeconds();
// "2026-03-01T12:30:00.250Z"
std::string isoTime(std::int64_t ms);
// "2 h 05 min", "3 min 20 s", "12 s"
std::string durationText(double seconds);

} // namespace msrl::base
