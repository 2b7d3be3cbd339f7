// SPDX-License-Identifier: GPL-3.0-or-later
// Data files written anew as rows of our own format.
#pragma once

#include "core/data/readers.h"

#include <filesystem>

namespace msrl::cli {

struct DataConversion
{
    std::filesystem::path file;
    data::LoadOptions load;
    std::filesystem::path target; // *.parquet: Parquet with the images inside; else JSON lines
    std::filesystem::path mediaFolder; // empty: images that stand inside the rows stay there
};

// Sample by sample: neither file has to fit into memory. The target appears whole. Refuses a target that is
// there already and a faulty row, and leaves no target then; pictures that were written to the folder stay.
base::Status convertData(const DataConversion& conversion);

} // namespace msrl::cli
