// SPDX-License-Identifier: GPL-3.0-or-later
// How large the demo is: rows of its data sets and settings of its stages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace msrl::demo {

enum class DemoScale {
    Full, // the curriculum that the documentation shows, minutes on two cores
    Small, // every stage once, seconds; for tests and for a look at the files
};
std::optional<DemoScale> demoScaleFromName(std::string_view name); // "full", "small"

struct SupervisedSettings
{
    std::int64_t epochs = 1;
    std::int64_t batchSize = 32;
    double lr = 1e-3;
};

struct ReinforcementSettings
{
    std::int64_t steps = 1;
    std::int64_t promptsPerStep = 16;
    std::int64_t groupSize = 8;
    std::int64_t maxNewTokens = 64;
    double lr = 4e-4;
    double beta = 0;
    double rewardFormat = 0.2;
    double rewardTask = 0.2;
};

struct DemoSettings
{
    std::size_t textSft = 0; // rows
    std::size_t textRl = 0;
    std::size_t captioned = 0;
    std::size_t unlabelled = 0;
    std::size_t labelled = 0;
    std::size_t heldOutVisual = 0;
    std::size_t heldOutText = 0;
    SupervisedSettings sft;
    ReinforcementSettings textReinforcement;
    ReinforcementSettings captionReinforcement;
    double replayRatio = 5;
    std::int64_t paths = 8;
    SupervisedSettings distil;
    ReinforcementSettings multimodalReinforcement;
};

DemoSettings demoSettings(DemoScale scale);

} // namespace msrl::demo
