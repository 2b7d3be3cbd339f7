// SPDX-License-Identifier: GPL-3.0-or-later
// Question and candidates out of a judging prompt that a data set has ready-made. Only the material is taken:
// the instructions around it are the prompt set's business.
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace msrl::data {

struct PairText
{
    std::string query;
    std::optional<std::string> responseA; // nothing: the prompt asks about two media
    std::optional<std::string> responseB;
};

// The layouts of GRAM, LLaVA-Critic, UnifiedReward and of our own templates, see the table in pair_text.cpp.
// BadInput with `place` when the text has none of them, or an empty part.
base::Result<PairText> readPairText(std::string_view text, const std::string& place);

} // namespace msrl::data
