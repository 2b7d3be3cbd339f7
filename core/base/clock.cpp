// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>

namespace msrl::base {

std::int64_t nowMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

double monotonicSeconds()
{
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

std::string isoTime(std::int64_t ms)
{
    const std::time_t seconds = ms / 1000;
    std::tm utc {};
    ::gmtime_r(&seconds, &utc);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
        utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms % 1000);
}

std::string durationText(double seconds)
{
    const auto total = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds)));
    if (total >= 3600)
        return fmt::format("{} h {:02} min", total / 3600, total % 3600 / 60);
    if (total >= 60)
        return fmt::format("{} min {:02} s", total / 60, total % 60);
    return fmt::format("{} s", total);
}

} // namespace msrl::base
