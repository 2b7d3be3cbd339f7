// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/bpe.h"

#include "core/text/byte_alphabet.h"

#include <queue>

#include <fmt/core.h>

#include <limits>

namespace msrl::text {

namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

std::uint64_t pairKey(TokenId left, TokenId right)
{
    return (static_cast<std::uint64_t>(left) << 32) | static_cast<std::uint64_t>(right);
}

// A token in the doubly linked list of the piece being merged.
struct Link
{
    TokenId id = 0;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    bool alive = true;
};

struct Candidate
{
    std::uint32_t rank = 0;
    // Index of the left link; links keep their index, so a lower index lies further left.
    std::uint32_t left = 0;
    TokenId leftId = 0; // the ids when this was queued: a candidate whose links changed since is void
    TokenId rightId = 0;
    TokenId result = 0;

    bool operator>(const Candidate& other) const
    {
        return rank != other.rank ? rank > other.rank : left > other.left;
    }
};

} // namespace

base::Result<Bpe> Bpe::create(Parts parts, const std::string& place)
{
    Bpe out;
    for (std::size_t byte = 0; byte < 256; ++byte) {
        const std::string bytes(1, static_cast<char>(byte));
        const auto it = parts.vocabulary.find(bytes);
        if (it == parts.vocabulary.end())
            return base::badInput(
                fmt::format("byte 0x{:02x} (spelled \"{}\") has no token", byte, alphabetFromBytes(bytes)),
                place + ", model.vocab", "a byte-level vocabulary holds all 256 bytes");
        out.m_byteIds[byte] = it->second;
    }
    out.m_merges.reserve(parts.merges.size());
    for (std::size_t rank = 0; rank < parts.merges.size(); ++rank) {
        const auto& [left, right] = parts.merges[rank];
        const std::string joined = left + right;
        for (const std::string& word : { left, right, joined })
            if (!parts.vocabulary.contains(word))
                return base::badInput(fmt::format("\"{}\" is not in the vocabulary", alphabetFromBytes(word)),
                    fmt::format("{}, model.merges[{}]", place, rank));
        out.m_merges[pairKey(parts.vocabulary.at(left), parts.vocabulary.at(right))]
            = { static_cast<std::uint32_t>(rank), parts.vocabulary.at(joined) };
    }
    if (parts.wholeWordFirst)
        out.m_words = std::move(parts.vocabulary);
    return out;
}

const Bpe::Merge* Bpe::merge(TokenId left, TokenId right) const
{
    const auto it = m_merges.find(pairKey(left, right));
    return it == m_merges.end() ? nullptr : &it->second;
}

void Bpe::encode(std::string_view piece, std::vector<TokenId>& out) const
{
    if (!m_words.empty()) {
        if (const auto it = m_words.find(std::string(piece)); it != m_words.end()) {
            out.push_back(it->second);
            return;
        }
    }
    std::vector<Link> links(piece.size());
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    const auto offer = [&](std::uint32_t left) {
        const std::uint32_t right = links[left].next;
        if (right == kNone)
            return;
        if (const Merge* found = merge(links[left].id, links[right].id))
            queue.push({ found->rank, left, links[left].id, links[right].id, found->result });
    };
    for (std::size_t i = 0; i < piece.size(); ++i) {
        links[i].id = m_byteIds[static_cast<unsigned char>(piece[i])];
        links[i].previous = i > 0 ? static_cast<std::uint32_t>(i - 1) : kNone;
        links[i].next = i + 1 < piece.size() ? static_cast<std::uint32_t>(i + 1) : kNone;
    }
    for (std::size_t i = 0; i < piece.size(); ++i)
        offer(static_cast<std::uint32_t>(i));
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        Link& left = links[best.left];
        if (!left.alive || left.id != best.leftId || left.next == kNone
            || links[left.next].id != best.rightId)
            continue;
        Link& right = links[left.next];
        right.alive = false;
        left.id = best.result;
        left.next = right.next;
        if (left.next != kNone)
            links[left.next].previous = best.left;
        if (left.previous != kNone)
            offer(left.previous);
        offer(best.left);
    }
    for (std::uint32_t i = 0; i != kNone; i = links[i].next)
        out.push_back(links[i].id);
}

} // namespace msrl::text
