// SPDX-License-Identifier: GPL-3.0-or-later
// OpenAI's chat completion schema: the request as far as a judge can serve it, and the reply. What is asked
// for and not served is refused by name, never left out silently.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/media.h"

#include <cstdint>
#include <functional>
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

// What has been added to a choice.
struct ChatPiece
{
    std::size_t choice = 0;
    std::string text;
    std::vector<std::string> tokens; // that the text so far holds and no piece had before
    std::vector<float> logprobs; // of those
    std::optional<bool> finished; // with the last piece: ended by itself, not at the limit
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
    std::vector<std::string> stops; // a completion ends before the first of them
    bool stream = false;
    bool streamUsage = false; // the counts of tokens at a stream's end

    // Not of the body: told of a completion as it grows, from several threads; false ends it.
    std::function<bool(const ChatPiece& piece)> onPiece;
};

inline constexpr std::int64_t kMostChoices = 128;
inline constexpr std::size_t kMostStops = 4; // as OpenAI's

// BadInput with the field for everything that is malformed or not served (tools, formats of the answer,
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
// {"prompt_tokens", "completion_tokens", "total_tokens"}
base::Json usageJson(const ChatReply& reply);
// {"content": [{"token", "logprob", "bytes", "top_logprobs"}]}
base::Json logprobsJson(const std::vector<std::string>& tokens, const std::vector<float>& logprobs);
// A name that no other reply of this process has.
std::string newReplyId();
// {"error": {"message", "type", "param", "code"}}
base::Json errorJson(const std::string& message, const std::string& type);

} // namespace msrl::serve
