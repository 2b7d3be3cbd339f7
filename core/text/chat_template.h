// SPDX-License-Identifier: GPL-3.0-or-later
// Conversations as Hugging Face folders give them: messages in JSON and a template that says how they read.
//
// The template is not interpreted. It is compared with the one that InternVL's folders hold, whose text
// chatMl() writes: any other one is refused, so that no other text passes for a template's.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/text/marked_text.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace msrl::text {

// FOLDER/chat_template.jinja, or the member "chat_template" of FOLDER/tokenizer_config.json. Refused: none of
// them, or one that checkTemplateText() refuses.
base::Status checkChatTemplate(const std::filesystem::path& folder);

// Refused, with the first difference, unless the template is the known one but for its layout
// (template_pieces.h).
base::Status checkTemplateText(std::string_view jinja, const std::string& place);

// {"messages": [{"role", "content"}], "add_generation_prompt": bool (false when absent)} to text. Content is
// a text or a list of {"type": "text", "text"}, {"type": "image"}, {"type": "video"}. With `literal` no role
// or text of a message can become a special token.
base::Result<MarkedText> conversationFromJson(const base::Json& row, const std::string& place, bool literal);

} // namespace msrl::text
