// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/chat.h"

#include <fmt/core.h>

namespace msrl::text {

const char* const kInternVlSystem = "你是书生·万象，英文名是InternVL，是由上海人工智能实验室、清华大学及多家"
                                    "合作单位联合开发的多模态大语言模型。";

MarkedText chatMl(const std::vector<ChatTurn>& turns, GenerationPrompt generation)
{
    MarkedText out;
    for (const ChatTurn& turn : turns) {
        out.append("<|im_start|>" + turn.role + "\n");
        out.append(turn.content);
        out.append(kTurnEnd);
        out.append("\n");
    }
    if (generation == GenerationPrompt::Yes)
        out.append("<|im_start|>assistant\n");
    return out;
}

std::string imageTokens(int contextTokens)
{
    std::string out(kImageOpen);
    out.reserve(kImageOpen.size() + kImageClose.size()
        + kImageContext.size() * static_cast<std::size_t>(contextTokens));
    for (int i = 0; i < contextTokens; ++i)
        out.append(kImageContext);
    out.append(kImageClose);
    return out;
}

namespace {

template <class ImageOf>
std::string frameLines(std::size_t frames, std::string_view separator, const ImageOf& imageOf)
{
    std::string out;
    for (std::size_t i = 0; i < frames; ++i) {
        if (i > 0)
            out.append(separator);
        out += fmt::format("Frame{}: {}", i + 1, imageOf(i));
    }
    return out;
}

} // namespace

std::string videoTokens(std::span<const int> contextTokensPerFrame, std::string_view separator)
{
    return frameLines(contextTokensPerFrame.size(), separator,
        [&](std::size_t i) { return imageTokens(contextTokensPerFrame[i]); });
}

std::string videoPlaceholders(std::size_t frames, std::string_view separator)
{
    return frameLines(frames, separator, [](std::size_t) { return "<image>"; });
}

} // namespace msrl::text
