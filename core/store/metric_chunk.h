// SPDX-License-Identifier: GPL-3.0-or-later
// Points of one curve that lie together in time, as a run of many points is read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace msrl::store {

struct MetricChunk
{
    std::int64_t rowid = 0;
    std::int64_t lastRow = 0; // all metric rows up to it are in chunks
    std::string stage;
    std::string name;
    std::string source;
    std::vector<std::int64_t> steps; // as long as each other
    std::vector<std::int64_t> timesMs;
    std::vector<double> values;
};

} // namespace msrl::store
