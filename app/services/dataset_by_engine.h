// SPDX-License-Identifier: GPL-3.0-or-later
// A dataset that the studio does not read itself, such as a Parquet file, asked of `msrl-engine preview`.
#pragma once

#include "core/base/result.h"
#include "core/data/inspection.h"

#include <QString>

#include <atomic>
#include <string>
#include <vector>

namespace msrl::services {

struct DatasetRows
{
    data::Inspection counts;
    std::vector<data::Sample> first; // media by absolute paths
};

// What the engine printed. BadInput: not its words.
base::Result<DatasetRows> readDatasetRows(const std::string& json);

// For a thread that may wait: until the engine has ended, or `stopped` is set. `params`: of the node, every
// field, with paths relative to `folder`. Images inside the first rows are written to `pictures`. An error is
// the engine's own.
base::Result<DatasetRows> datasetByEngine(const QString& program, const base::Json& params,
    const std::string& folder, const QString& pictures, const std::atomic<bool>& stopped);

} // namespace msrl::services
