// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations in JSON to the text that InternVL's two code bases make of them.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/text/marked_text.h"

#include <string>

namespace msrl::text {

enum class Flavour {
    HuggingFace, // the chat template and the processor of transformers: no system turn of its own
    Original, // InternVL's own code: its system turn where none is given, "<image>" in texts
};

struct ConversationOptions
{
    Flavour flavour = Flavour::HuggingFace;
    bool literal = false; // no role or text of a message can become a special token
};

struct Conversation
{
    MarkedText text;
    bool holdsImageTokens = false;
};

// {"messages": [{"role", "content"}], "add_generation_prompt": bool (false when absent)}. Content is a text
// or a list of {"type": "text", "text"}, {"type": "image"}, {"type": "video"}. Members of a message that no
// template looks at are passed over.
//
// With "tokens_per_tile" media become their tokens: "tiles" has one number for each image and, HuggingFace,
// "frames" one for each video, whose frames have one tile each. Without it their placeholders stay.
//
// Original: an empty system turn is left out. "<image>" in a text is an image; where a single question has
// none, and there is one in "tiles", it stands in front. Videos are refused: their frames are images.
base::Result<Conversation> conversationFromJson(
    const base::Json& row, const std::string& place, const ConversationOptions& options);

} // namespace msrl::text
