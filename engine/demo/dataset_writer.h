// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's data sets on disk: JSON lines and PNG files, in the product's own row format.
#pragma once

#include "core/base/result.h"
#include "engine/demo/demo_settings.h"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace msrl::demo {

// Rows done and rows in all.
using WriteObserver = std::function<void(std::size_t done, std::size_t total)>;

// Writes text_sft, text_rl, captioned, unlabelled, labelled, heldout_visual and heldout_text (.jsonl) and
// media/NAME/ into an existing folder. The training rows are a function of the seed, the held-out rows are
// always the same, and none occurs in both.
base::Status writeDemoData(const std::filesystem::path& folder, std::uint64_t seed,
    const DemoSettings& settings, const WriteObserver& onProgress = {});

} // namespace msrl::demo
