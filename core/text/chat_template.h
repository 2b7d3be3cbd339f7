// SPDX-License-Identifier: GPL-3.0-or-later
// The template by which a Hugging Face folder says how conversations read.
//
// It is not interpreted. It is compared with the one that InternVL's folders hold, whose text
// conversationFromJson() writes: any other one is refused, so that no other text passes for a template's.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace msrl::text {

// The known one, as a new model folder holds it.
std::string_view knownChatTemplate();

// FOLDER/chat_template.jinja, or the member "chat_template" of FOLDER/tokenizer_config.json. Refused: none of
// them, or one that checkTemplateText() refuses.
base::Status checkChatTemplate(const std::filesystem::path& folder);

// Refused, with the first difference, unless the template is the known one but for its layout
// (template_pieces.h).
base::Status checkTemplateText(std::string_view jinja, const std::string& place);

} // namespace msrl::text
