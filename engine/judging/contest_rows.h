// SPDX-License-Identifier: GPL-3.0-or-later
// What is written of a judged contest: one JSON object per line. docs/formats/judging.md describes them.
#pragma once

#include "core/base/json.h"
#include "engine/judging/contest_judge.h"

#include <optional>

namespace msrl::judging {

// Every figure and what the judge wrote. Never nothing.
base::Json scoreRow(const JudgedContest& judged);

// The best candidate. Never nothing: a tie goes to the lower number and says so.
base::Json bestRow(const JudgedContest& judged);

struct ExportRules
{
    double least = 0; // score of a kept candidate, or margin of a pair
    std::size_t keep = 1; // rejection sampling: at most this many of a contest
    bool conversations = true; // "messages" with "rejected_response"; else "prompt", "chosen", "rejected"
};

// Conversations of the candidates that score at least `least`, the best ones first.
std::vector<base::Json> keptRows(const JudgedContest& judged, const ExportRules& rules);

// The best and the worst candidate, where the difference of their scores is `least` or more and not 0.
std::optional<base::Json> preferenceRow(const JudgedContest& judged, const ExportRules& rules);

} // namespace msrl::judging
