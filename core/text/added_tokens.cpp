// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/added_tokens.h"

#include <algorithm>

namespace msrl::text {

namespace {

bool touches(std::span<const ByteRange> literal, std::size_t begin, std::size_t end)
{
    // The first range that ends after `begin` is the only one that can reach into [begin, end) first.
    const auto it = std::partition_point(
        literal.begin(), literal.end(), [&](const ByteRange& range) { return range.end <= begin; });
    return it != literal.end() && it->begin < end;
}

} // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens)
    : m_tokens(std::move(tokens))
{
    for (std::size_t i = 0; i < m_tokens.size(); ++i)
        m_byFirstByte[static_cast<unsigned char>(m_tokens[i].content.front())].push_back(i);
    for (auto& bucket : m_byFirstByte)
        std::stable_sort(bucket.begin(), bucket.end(), [&](std::size_t a, std::size_t b) {
            return m_tokens[a].content.size() > m_tokens[b].content.size();
        });
}

std::optional<AddedMatch> AddedTokens::find(
    std::string_view text, std::size_t from, std::span<const ByteRange> literal) const
{
    for (std::size_t at = from; at < text.size(); ++at) {
        for (const std::size_t index : m_byFirstByte[static_cast<unsigned char>(text[at])]) {
            const AddedToken& token = m_tokens[index];
            if (text.substr(at, token.content.size()) == token.content
                && !touches(literal, at, at + token.content.size()))
                return AddedMatch { at, token.content.size(), token.id };
        }
    }
    return std::nullopt;
}

} // namespace msrl::text
