// SPDX-License-Identifier: GPL-3.0-or-later
// The two turns of a row in the conversation form of LLaVA: [{from: "human", value}, {from: "gpt", value}].
#pragma once

#include "core/base/json.h"

#include <string>

namespace msrl::data {

struct Conversation
{
    std::string human;
    std::string gpt;
};

// Reads the member "conversations"; anything but one turn of each is a fault of the reader.
Conversation readConversation(base::ObjectReader& in);

} // namespace msrl::data
