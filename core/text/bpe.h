// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-pair encoding of one pre-token: the pair of lowest rank is merged first, the leftmost of equals.
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace msrl::text {

using TokenId = std::int64_t;

// Immutable after create().
class Bpe
{
public:
    struct Parts
    {
        std::unordered_map<std::string, TokenId> vocabulary; // token bytes -> id
        std::vector<std::pair<std::string, std::string>> merges; // bytes of both halves, by rank
        bool wholeWordFirst = false; // "ignore_merges": a word of the vocabulary is one token
    };
    // Refused: a byte without a token, a merge whose halves or result are not in the vocabulary.
    static base::Result<Bpe> create(Parts parts, const std::string& place);

    // Appends the tokens of one pre-token (any bytes, not empty).
    void encode(std::string_view piece, std::vector<TokenId>& out) const;

private:
    struct Merge
    {
        std::uint32_t rank = 0;
        TokenId result = 0;
    };
    const Merge* merge(TokenId left, TokenId right) const;

    std::array<TokenId, 256> m_byteIds {};
    std::unordered_map<std::uint64_t, Merge> m_merges;
    std::unordered_map<std::string, TokenId> m_words; // only with wholeWordFirst
};

} // namespace msrl::text
