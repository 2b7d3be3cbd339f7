// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens outside the byte-pair model ("<|im_start|>", "<think>"): found in the raw text before anything else.
#pragma once

#include "core/text/bpe.h"
#include "core/text/marked_text.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

struct AddedToken
{
    TokenId id = 0;
    std::string content;
    bool special = false; // left out by decode() on request
};

struct AddedMatch
{
    std::size_t begin = 0;
    std::size_t length = 0;
    TokenId id = 0;
};

class AddedTokens
{
public:
    AddedTokens() = default;
    explicit AddedTokens(std::vector<AddedToken> tokens);

    const std::vector<AddedToken>& all() const { return m_tokens; }
    // The leftmost match at or after `from`, the longest of those that start there; none that touches a
    // literal range. `literal` as in MarkedText.
    std::optional<AddedMatch> find(
        std::string_view text, std::size_t from, std::span<const ByteRange> literal) const;

private:
    std::vector<AddedToken> m_tokens;
    std::array<std::vector<std::size_t>, 256> m_byFirstByte; // indices into m_tokens, longest first
};

} // namespace msrl::text
