// SPDX-License-Identifier: GPL-3.0-or-later
// Text that remembers which of its bytes are data: a data set that spells "<|im_end|>" must not end a turn.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

// Bytes [begin, end) of a text.
struct ByteRange
{
    std::size_t begin = 0;
    std::size_t end = 0;

    bool operator==(const ByteRange&) const = default;
};

struct MarkedText
{
    std::string text;
    // Ascending, not overlapping, none empty: here no added token is recognised.
    std::vector<ByteRange> literal;

    // Template text: added tokens in it are tokens.
    void append(std::string_view words);
    // Data: always plain text.
    void appendLiteral(std::string_view data);
    void append(const MarkedText& other);

    bool operator==(const MarkedText&) const = default;
};

} // namespace msrl::text
