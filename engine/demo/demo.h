// SPDX-License-Identifier: GPL-3.0-or-later
// The demo in one call: what `msrl-engine demo DIR [--seed N] [--scale full|small]` runs.
#pragma once

#include "core/base/result.h"
#include "engine/demo/dataset_writer.h"
#include "engine/demo/demo_settings.h"

#include <cstdint>
#include <filesystem>

namespace msrl::demo {

// Writes DIR/project.msrl, DIR/data/ and DIR/base/ (a copy of the base judge that ships with the programs).
// DIR appears whole or not at all; refused when it exists and is not empty.
base::Status writeDemo(const std::filesystem::path& dir, std::uint64_t seed, DemoScale scale,
    const WriteObserver& onProgress = {});

} // namespace msrl::demo
