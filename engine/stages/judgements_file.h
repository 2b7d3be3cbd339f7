// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge wrote in an evaluation, kept with its figures: one JSON line per judgement. A run that reuses
// the evaluation shows them as its own.
#pragma once

#include "core/base/result.h"
#include "core/store/rows.h"

#include <filesystem>
#include <string>
#include <vector>

namespace msrl::stages {

inline constexpr const char* kJudgementsFile = "judgements.jsonl"; // beside the report

base::Status writeJudgements(
    const std::vector<store::SampleRow>& judgements, const std::filesystem::path& file);
// As judgements of `stage`.
base::Result<std::vector<store::SampleRow>> readJudgements(
    const std::filesystem::path& file, const std::string& stage);

} // namespace msrl::stages
