// SPDX-License-Identifier: GPL-3.0-or-later
// An answer on its way: the judge's threads put pieces in, the connection's thread takes them out and writes
// them as the chunks of OpenAI's schema.
#pragma once

#include "engine/serve/chat_request.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace msrl::serve {

class ChatStream
{
public:
    // False when nobody takes pieces any more.
    bool push(ChatPiece piece);
    void end(base::Result<ChatReply> answer);
    // Nobody takes what is still to come.
    void leave();

    struct Taken
    {
        std::deque<ChatPiece> pieces;
        std::optional<base::Result<ChatReply>> end; // with the last pieces
    };
    // Waits for a piece or the end.
    Taken take();

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<ChatPiece> m_pieces;
    std::optional<base::Result<ChatReply>> m_end;
    bool m_left = false;
};

// Server-sent events of one answer: "data: {…}\n\n" for each.
class ChunkWriter
{
public:
    ChunkWriter(bool logprobs, bool usage, std::string model);

    std::string events(const ChatStream::Taken& taken);

private:
    base::Json chunk() const;
    void addChoice(const ChatPiece& piece, std::string& out);

    bool m_logprobs = false;
    bool m_usage = false;
    std::string m_model;
    std::string m_id;
    std::int64_t m_created = 0;
    std::set<std::size_t> m_begun; // choices whose role was told
};

} // namespace msrl::serve
