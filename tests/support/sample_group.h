// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a run group as an engine would leave it: every member's run folder with its curves and figures, made
// up.
#pragma once

#include "core/groups/configurations.h"

#include <filesystem>

namespace msrl::tests {

// A curriculum of two RL stages and an evaluation, the second of them with replay.
curriculum::Project sampleStudyProject();

// A replay sweep over three ratios with two seeds; the last member has not begun.
base::Status writeSampleGroup(const std::filesystem::path& folder);
// Finishes that member too, as an engine would that goes on.
base::Status finishSampleGroup(const std::filesystem::path& folder);
// The rows of the paper's table with three seeds.
base::Status writeSampleAblations(const std::filesystem::path& folder);
// A replay sweep over `ratios` ratios with `seeds` seeds, all finished.
base::Status writeLargeGroup(const std::filesystem::path& folder, int ratios, int seeds);

} // namespace msrl::tests
