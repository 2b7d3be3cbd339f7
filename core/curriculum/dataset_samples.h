// SPDX-License-Identifier: GPL-3.0-or-later
// The samples that a dataset node stands for: what the engine trains on and what the studio shows of it.
#pragma once

#include "core/data/readers.h"

#include <filesystem>
#include <vector>

namespace msrl::curriculum {

// `params`: every field of the node, as resolvedParams() gives them. The file's samples, with the subset and
// the swap that the fields ask for.
base::Result<std::vector<data::Sample>> loadDataset(
    const base::Json& params, const std::filesystem::path& projectFolder);

// How that file is read: its format, its media root and the map of its columns.
base::Result<data::LoadOptions> loadOptionsOf(
    const base::Json& params, const std::filesystem::path& projectFolder);

} // namespace msrl::curriculum
