// SPDX-License-Identifier: GPL-3.0-or-later
// OpenAI's chat completion schema: the request as far as a judge can serve it, and the reply. What is asked
// for and not served is refused by name, never left out silently.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/media.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace msrl::serve {

struct ChatPart
{
    std::string text;
    std::optional<data::Media> image; // in the row; without it: a text
};

struct ChatMessage
{
    std::string role; // "system", "user" or "assistant"
    std::vector<ChatPart> parts;
};

struct ChatRequest
{
    std::vector<ChatMessage> messages;
    std::optional<std::int64_t> maxTokens;
    double temperature = 1;
    double topP = 1;
    std::int64_t choices = 1; // "n"
    std::optional<std::uint64_t> seed;
    bool logprobs = false;
};

inline constexpr std::int64_t kMostChoices = 128;

// BadInput with the field for everything that is malformed or not served (streams, tools, stop texts,
// penalties other than 0, top_logprobs).
base::Result<ChatRequest> readChatRequest(const std::string& body);

struct ChatChoice
{
    std::string text;
    bool finished = false; // ended by itself, not at the limit
    std::vector<std::string> tokens;
    std::vector<float> logprobs;
};

struct ChatReply
{
    std::vector<ChatChoice> choices;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
};

base::Json replyJson(const ChatReply& reply, bool logprobs, const std::string& model);
// {"error": {"message", "type", "param", "code"}}
base::Json errorJson(const std::string& message, const std::string& type);

} // namespace msrl::serve
