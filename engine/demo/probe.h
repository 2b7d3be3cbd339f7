// SPDX-License-Identifier: GPL-3.0-or-later
// What the base can do on held-out examples: it must describe and look up, and must not be able to judge.
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer.h"
#include "engine/demo/documents.h"
#include "engine/model/policy.h"

#include <cstddef>
#include <stop_token>
#include <string>

namespace msrl::demo {

// Shares of exactly right completions, greedy.
struct BaseProbe
{
    double imageCaptions = 0;
    double videoCaptions = 0;
    double captionAnswers = 0; // questions over captions
    double textAnswers = 0; // questions over sentences
    // Judging from pixels, each pair in both orders; an unparsed completion counts as wrong.
    double judgedRight = 0;
    double judgedRightBothWays = 0;
    double judgedWellFormed = 0;

    std::string summary() const; // one line
};

// Uses the first `examples` of each kind.
base::Result<BaseProbe> probeBase(const model::Policy& policy, const text::Tokenizer& tokenizer,
    const HeldOut& heldOut, const text::PromptSet& prompts, std::size_t examples, std::stop_token stop = {});

} // namespace msrl::demo
