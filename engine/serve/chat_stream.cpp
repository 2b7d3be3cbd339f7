// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/chat_stream.h"

#include "core/base/clock.h"

#include <utility>

namespace msrl::serve {

namespace {

using base::Json;

void addEvent(const Json& json, std::string& out)
{
    out += "data: " + json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n\n";
}

} // namespace

bool ChatStream::push(ChatPiece piece)
{
    const std::lock_guard lock(m_mutex);
    if (m_left)
        return false;
    m_pieces.push_back(std::move(piece));
    m_changed.notify_all();
    return true;
}

void ChatStream::end(base::Result<ChatReply> answer)
{
    const std::lock_guard lock(m_mutex);
    m_end = std::move(answer);
    m_changed.notify_all();
}

void ChatStream::leave()
{
    const std::lock_guard lock(m_mutex);
    m_left = true;
    m_pieces.clear();
}

ChatStream::Taken ChatStream::take()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_pieces.empty() || m_end; });
    return { std::exchange(m_pieces, {}), m_end };
}

ChunkWriter::ChunkWriter(bool logprobs, bool usage, std::string model)
    : m_logprobs(logprobs)
    , m_usage(usage)
    , m_model(std::move(model))
    , m_id(newReplyId())
    , m_created(base::nowMs() / 1000)
{
}

Json ChunkWriter::chunk() const
{
    Json json = { { "id", m_id }, { "object", "chat.completion.chunk" }, { "created", m_created },
        { "model", m_model } };
    json["choices"] = Json::array();
    if (m_usage)
        json["usage"] = nullptr; // in the last one they are told
    return json;
}

// The role, then the text, then the reason of the end, as OpenAI's own server sends them.
void ChunkWriter::addChoice(const ChatPiece& piece, std::string& out)
{
    const auto add = [&](const Json& delta, const Json& reason, const Json& logprobs) {
        Json json = chunk();
        Json choice = { { "index", piece.choice } };
        choice["delta"] = delta;
        choice["logprobs"] = logprobs;
        choice["finish_reason"] = reason;
        json["choices"].push_back(std::move(choice));
        addEvent(json, out);
    };
    if (m_begun.insert(piece.choice).second)
        add({ { "role", "assistant" }, { "content", "" } }, nullptr, nullptr);
    const bool tellsTokens = m_logprobs && !piece.tokens.empty();
    if (!piece.text.empty() || tellsTokens)
        add({ { "content", piece.text } }, nullptr,
            tellsTokens ? logprobsJson(piece.tokens, piece.logprobs) : Json(nullptr));
    if (piece.finished)
        add(Json::object(), *piece.finished ? "stop" : "length", nullptr);
}

std::string ChunkWriter::events(const ChatStream::Taken& taken)
{
    std::string out;
    for (const ChatPiece& piece : taken.pieces)
        addChoice(piece, out);
    if (!taken.end)
        return out;
    if (!*taken.end) { // the status has been sent already
        addEvent(errorJson(taken.end->error().message(), "server_error"), out);
        return out;
    }
    if (m_usage) {
        Json json = chunk();
        json["usage"] = usageJson(**taken.end);
        addEvent(json, out);
    }
    return out + "data: [DONE]\n\n";
}

} // namespace msrl::serve
