// SPDX-License-Identifier: GPL-3.0-or-later
// Samples as rows of ms-swift.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/sample.h"
#include "core/text/prompts.h"

namespace msrl::cli {

struct SwiftRow
{
    base::Json json;
    // A text of the prompt spells a mark of media that the row has, which would be taken for one of them: it
    // is written "< image>", "< video>".
    bool respelled = false;
};

// One row as ms-swift reads it: <image> and <video> stand for the media in their order, and there are as many
// in the prompt as the row has media. The target comes behind all of them and stays as it is.
base::Result<SwiftRow> swiftRow(const data::Sample& sample, const text::PromptSet& prompts);

} // namespace msrl::cli
