// SPDX-License-Identifier: GPL-3.0-or-later
#include "mutator.h"

#include <algorithm>
#include <cctype>

namespace msrl::fuzz {
namespace {

constexpr std::size_t kLongestPiece = 64;
constexpr std::size_t kMostDamages = 4;
constexpr std::string_view kNumbers[]
    = { "0", "-1", "1", "255", "65536", "2147483648", "4294967296", "9223372036854775807",
          "9223372036854775808", "18446744073709551615", "-9223372036854775808", "1e308", "1e-400", "0.5" };

} // namespace

Mutator::Mutator(
    std::uint64_t seed, std::span<const std::string_view> words, const std::vector<std::string>& corpus)
    : m_random(seed)
    , m_words(words)
    , m_corpus(corpus)
{
}

// Not a distribution of the standard library: those differ between libraries.
std::size_t Mutator::below(std::size_t count)
{
    return static_cast<std::size_t>(m_random() % count);
}

std::string Mutator::piece(const std::string& of, std::size_t most)
{
    if (of.empty())
        return {};
    const std::size_t begin = below(of.size());
    return of.substr(begin, 1 + below(most));
}

void Mutator::damageByte(std::string& input)
{
    char& byte = input[below(input.size())];
    switch (below(3)) {
    case 0:
        byte = static_cast<char>(byte ^ (1 << below(8)));
        return;
    case 1:
        byte = static_cast<char>(below(256));
        return;
    default:
        constexpr char kEdges[] = { '\0', '\x01', '\x7f', '\x80', '\xff', '"', '\\', '{', '[' };
        byte = kEdges[below(std::size(kEdges))];
    }
}

// A number in the text becomes another one.
void Mutator::damageNumber(std::string& input)
{
    const auto isDigit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    const std::size_t from = below(input.size());
    const auto begin = std::find_if(input.begin() + static_cast<std::ptrdiff_t>(from), input.end(), isDigit);
    const auto end = std::find_if_not(begin, input.end(), isDigit);
    if (begin != end)
        input.replace(begin, end, kNumbers[below(std::size(kNumbers))]);
}

void Mutator::damage(std::string& input)
{
    if (input.empty()) {
        input = piece(m_corpus[below(m_corpus.size())], kLongestPiece);
        return;
    }
    const std::size_t at = below(input.size());
    switch (below(9)) {
    case 0:
    case 1:
        return damageByte(input);
    case 2:
        return damageNumber(input);
    case 3:
        input.erase(at, 1 + below(kLongestPiece));
        return;
    case 4:
        input.insert(at, piece(input, kLongestPiece));
        return;
    case 5:
        input.insert(at, m_words[below(m_words.size())]);
        return;
    case 6: {
        const std::string_view word = m_words[below(m_words.size())];
        input.replace(at, std::min(word.size(), input.size() - at), word);
        return;
    }
    case 7:
        input.insert(at, piece(m_corpus[below(m_corpus.size())], kLongestPiece));
        return;
    default:
        input.resize(at);
    }
}

std::string Mutator::next()
{
    std::string input = m_corpus[below(m_corpus.size())];
    for (std::size_t left = 1 + below(kMostDamages); left > 0; --left)
        damage(input);
    return input;
}

} // namespace msrl::fuzz
