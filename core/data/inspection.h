// SPDX-License-Identifier: GPL-3.0-or-later
// What a set of samples holds and what is wrong with it, before a run is spent on it.
#pragma once

#include "core/data/sample.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace msrl::data {

struct Repetition
{
    std::string place; // of the later sample
    std::string firstPlace;
    bool contradicts = false; // the two have a gold, and it is not the same candidate
};

struct LengthRange
{
    std::int64_t least = 0; // bytes of UTF-8
    std::int64_t most = 0;
    double mean = 0;
};

struct Inspection
{
    std::int64_t samples = 0;
    std::map<std::string, std::int64_t> byTask;
    std::map<std::string, std::int64_t> bySource;
    std::int64_t goldA = 0;
    std::int64_t goldB = 0;
    std::int64_t withoutGold = 0;
    LengthRange text; // context, query, captions and responses of a sample together
    // Samples by that length: the key is the least of a range that ends below its double (0, 1, 2, 4, 8 …).
    std::map<std::int64_t, std::int64_t> lengths;
    // The same question, media and candidates as an earlier sample, in the same or the exchanged order.
    std::vector<Repetition> repetitions;
    std::vector<std::string> missingMedia; // one message per sample with a medium that is not there

    std::int64_t contradictions() const;
    base::Json toJson() const;
};

// What toJson() wrote. BadInput with `place`: a member is missing or of another type.
base::Result<Inspection> inspectionFromJson(const base::Json& json, const std::string& place);

// Media are looked for, not opened.
Inspection inspect(std::span<const Sample> samples);

} // namespace msrl::data
