// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's curriculum: the MSRL stages over the demo's data, as a project.
#pragma once

#include "core/curriculum/project.h"
#include "engine/demo/demo_settings.h"

#include <cstdint>

namespace msrl::demo {

// Paths are relative to the project's folder: base/ and data/*.jsonl.
curriculum::Project demoProject(std::uint64_t seed, const DemoSettings& settings);

} // namespace msrl::demo
