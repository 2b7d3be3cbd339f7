// SPDX-License-Identifier: GPL-3.0-or-later
// Random prompts and completions of exact sizes: what a speed is measured on. A function of the seed alone.
#pragma once

#include "core/base/result.h"
#include "engine/batch/micro_batch.h"
#include "engine/model/config.h"

#include <cstdint>
#include <vector>

namespace msrl::speed {

struct PromptShape
{
    std::int64_t prompts = 4;
    std::int64_t textTokens = 128; // of each prompt, besides the image's
    std::int64_t tiles = 4; // of each prompt
};

// Refused: a shape that the model cannot hold with `newTokens` more, or fewer than 8 text tokens.
base::Status checkShape(const model::ModelConfig& config, const PromptShape& shape, std::int64_t newTokens);

// Random words with the tiles' tokens from the fourth on, and pixels [tiles,3,S,S] of variance 1.
std::vector<batch::PromptInput> randomPrompts(
    const model::ModelConfig& config, const PromptShape& shape, std::uint64_t seed);

// Sequences to learn whole: each is a group of one completion; its prompt is the first two tokens, or all up
// to the first word after the images, its completion the rest.
std::vector<batch::Group> randomSequences(
    const model::ModelConfig& config, const PromptShape& shape, std::uint64_t seed);

} // namespace msrl::speed
