// SPDX-License-Identifier: GPL-3.0-or-later
// The first batch of a stage as the model will see it, before anything runs: the samples that the stage would
// take, their tokens by role, their lengths beside the limits, and which samples would be refused.
#pragma once

#include "engine/stages/plan_data.h"

namespace msrl::stages {

struct PreviewOptions
{
    std::size_t mostRows = 64; // of the batch
    std::size_t mostChecked = 5000; // samples of each source that are looked at for refusals
};

// REQUIRES: a plan that was made from a project without errors. BadInput: a node that reads no samples, or
// whose samples are yet to be written.
base::Result<base::Json> previewBatch(const curriculum::Plan& plan, const std::string& node,
    const RunSettings& settings, const PreviewOptions& options = {});

} // namespace msrl::stages
