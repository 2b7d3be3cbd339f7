// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/conversations.h"

#include <fmt/format.h>

namespace msrl::data {

Conversation readConversation(base::ObjectReader& in)
{
    Conversation out;
    const base::Json& turns = in.array("conversations");
    if (turns.size() != 2) {
        in.fault(
            "conversations", fmt::format("has {} turns, expected one of human and one of gpt", turns.size()));
        return out;
    }
    const auto read = [&](std::size_t i, const char* from, std::string& text) {
        const base::Json& turn = turns[i];
        const bool complete = turn.is_object() && turn.contains("from") && turn["from"] == from
            && turn.contains("value") && turn["value"].is_string();
        if (!complete)
            return in.fault("conversations", fmt::format("turn {} is not a text from {}", i, from));
        text = turn["value"].get<std::string>();
    };
    read(0, "human", out.human);
    read(1, "gpt", out.gpt);
    return out;
}

} // namespace msrl::data
