// SPDX-License-Identifier: GPL-3.0-or-later
// CMKD's candidates as an artefact: one JSON line per item, everything that the auditor sees and the gate
// needs.
#pragma once

#include "core/base/result.h"
#include "core/data/sample.h"
#include "core/store/rows.h"

#include <filesystem>
#include <vector>

namespace msrl::stages {

struct CandidateItem
{
    data::Sample sample; // with absolute media paths
    store::CandidateRow row;
};

base::Status writeCandidates(const std::vector<CandidateItem>& items, const std::filesystem::path& file);
base::Result<std::vector<CandidateItem>> readCandidates(const std::filesystem::path& file);

} // namespace msrl::stages
