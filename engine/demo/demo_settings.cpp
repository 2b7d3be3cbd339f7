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
    out.textSft = 12288; // text is what there is enough of: half as many steps on each row teach more
    out.textRl = 2048;
    out.captioned = 2048;
    out.unlabelled = 9216;
    out.labelled = 256;
    out.heldOutVisual = 160;
    out.heldOutText = 80;
    // A higher rate teaches text no better and makes the judge forget the form that captions are asked for so
    // thoroughly that no group of caption RL ever writes it.
    out.sft = { 2, 32, 1.2e-3 };
    out.textReinforcement = { 30, 16, 8, 64, 1.5e-4, 0.02, 0.2, 0.2 };
    // 18 prompts: 15 new and 3 replayed in every batch. The pull towards the stage's start keeps the
    // thoughts, which the student copies, whole: without it the request is no longer restated.
    out.captionReinforcement = { 300, 18, 8, 80, 5e-4, 0.05, 0.2, 0.2 };
    out.paths = 6;
    out.distil = { 3, 32, 1e-3 };
    out.multimodalReinforcement = { 40, 16, 8, 130, 5e-5, 0.04, 0.2, 0.2 };
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
