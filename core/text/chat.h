// SPDX-License-Identifier: GPL-3.0-or-later
// ChatML as InternVL writes it, and how images and frames stand in a prompt.
#pragma once

#include "core/text/marked_text.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

inline constexpr std::string_view kImageOpen = "<img>";
inline constexpr std::string_view kImageClose = "</img>";
inline constexpr std::string_view kImageContext = "<IMG_CONTEXT>";
// Ends a turn; a judge's completion ends with it.
inline constexpr std::string_view kTurnEnd = "<|im_end|>";

// The system turn that the original InternVL code puts in front when none is given. The Hugging Face template
// has none.
extern const char* const kInternVlSystem;

struct ChatTurn
{
    std::string role; // "system", "user", "assistant"
    MarkedText content;
};

enum class GenerationPrompt { No, Yes };

// "<|im_start|>ROLE\nCONTENT<|im_end|>\n" for every turn; with Yes the opening of the assistant's turn
// follows.
MarkedText chatMl(const std::vector<ChatTurn>& turns, GenerationPrompt generation);

// <img> and the given number of <IMG_CONTEXT> and </img>.
std::string imageTokens(int contextTokens);
// "Frame1: <img>…</img>" for every frame, joined by `separator`; one entry per frame.
std::string videoTokens(std::span<const int> contextTokensPerFrame, std::string_view separator);
// The same before images are put in: "Frame1: <image>" for every frame.
std::string videoPlaceholders(std::size_t frames, std::string_view separator);

} // namespace msrl::text
