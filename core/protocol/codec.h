// SPDX-License-Identifier: GPL-3.0-or-later
// Messages to and from lines.
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <string>
#include <string_view>
#include <vector>

namespace msrl::protocol {

inline constexpr std::size_t kMaxLineBytes = std::size_t { 1 } << 20; // without the line feed
inline constexpr int kMaxDepth = 32;

// One line with its line feed; JSON on one line by construction, invalid UTF-8 replaced.
std::string encode(const Message& message);
// An unknown type gives Unknown, an unknown request type UnknownRequest; members that nobody knows are
// ignored. Errors: no JSON object, no type, a member of the wrong type, too deep.
base::Result<Message> decode(std::string_view line);

base::Json statusToJson(const StatusInfo& status);
base::Result<StatusInfo> statusFromJson(const base::Json& json);

// Cuts a stream of bytes, in pieces of any size, into lines.
class LineReader
{
public:
    explicit LineReader(std::size_t maxBytes = kMaxLineBytes)
        : m_maxBytes(maxBytes)
    {
    }
    // The lines that `bytes` completes, without their line feeds. An error once a line, whole or not, is too
    // long; the reader is of no use after it.
    base::Result<std::vector<std::string>> feed(std::string_view bytes);

private:
    std::size_t m_maxBytes;
    std::string m_partial;
};

} // namespace msrl::protocol
