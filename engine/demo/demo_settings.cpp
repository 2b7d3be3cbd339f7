// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/demo_settings.h"

namespace msrl::demo {

std::optional<DemoScale> demoScaleFromName(std::string_view name)
{
    if (name == "full")
        return DemoScale::Full;
    if (name == "small")
        return DemoScale::Small;
    return std::nullopt;
}

DemoSettings demoSettings(DemoScale scale)
{
    DemoSettings out;
    out.textSft = 1024;
    out.textRl = 2048;
    out.captioned = 2048;
    out.unlabelled = 1536;
    out.labelled = 256;
    out.heldOutVisual = 240;
    out.heldOutText = 120;
    out.sft = { 4, 32, 1.5e-3 };
    out.textReinforcement = { 80, 16, 8, 64, 4e-4, 0.0, 0.2, 0.2 };
    // 18 prompts: 15 new and 3 replayed in every batch.
    out.captionReinforcement = { 120, 18, 8, 80, 4e-4, 0.0, 0.2, 0.2 };
    out.distil = { 4, 32, 1e-3 };
    out.multimodalReinforcement = { 60, 16, 8, 130, 1e-4, 0.0, 0.2, 0.2 };
    if (scale == DemoScale::Full)
        return out;
    out.textSft = 64;
    out.textRl = 48;
    out.captioned = 24;
    out.unlabelled = 16;
    out.labelled = 12;
    out.heldOutVisual = 8;
    out.heldOutText = 4;
    out.sft.epochs = 2;
    out.textReinforcement.steps = 2;
    out.textReinforcement.promptsPerStep = 4;
    out.captionReinforcement.steps = 2;
    out.captionReinforcement.promptsPerStep = 6;
    out.paths = 4;
    out.distil.epochs = 1;
    out.distil.batchSize = 8;
    out.multimodalReinforcement.steps = 2;
    out.multimodalReinforcement.promptsPerStep = 4;
    return out;
}

} // namespace msrl::demo
