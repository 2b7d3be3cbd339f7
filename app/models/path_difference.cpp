// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/path_difference.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace msrl::models {

namespace {

struct Tag
{
    PathPart part;
    std::string_view open;
    std::string_view close;
};

constexpr std::array<Tag, 4> kTags { {
    { PathPart::Type, "<type>", "</type>" },
    { PathPart::Caption, "<caption>", "</caption>" },
    { PathPart::Thought, "<think>", "</think>" },
    { PathPart::Answer, "<answer>", "</answer>" },
} };

constexpr std::string_view kSpace = " \t\n\r\f\v";
// From here on (the radicals of Chinese) words are not parted by spaces.
constexpr char32_t kFirstUnspaced = 0x2E80;

TextRange trimmed(std::string_view text, TextRange range)
{
    while (range.begin < range.end && kSpace.find(text[range.begin]) != kSpace.npos)
        ++range.begin;
    while (range.end > range.begin && kSpace.find(text[range.end - 1]) != kSpace.npos)
        --range.end;
    return range;
}

// The first opening tag at or after `from`; none: the position is npos.
std::pair<std::size_t, const Tag*> nextTag(std::string_view text, std::size_t from)
{
    std::pair<std::size_t, const Tag*> first { text.npos, nullptr };
    for (const Tag& tag : kTags) {
        const std::size_t at = text.find(tag.open, from);
        if (at < first.first)
            first = { at, &tag };
    }
    return first;
}

bool isWordByte(unsigned char byte)
{
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z')
        || (byte >= 'a' && byte <= 'z');
}

// Bytes of the character that begins at `at`, and its code where it has more than one.
std::pair<std::size_t, char32_t> characterAt(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    char32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length && at + i < text.size(); ++i)
        code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    return { std::min(length, text.size() - at), code };
}

std::vector<TextRange> wordsOf(std::string_view text)
{
    std::vector<TextRange> words;
    bool isOpen = false; // the last word goes on
    for (std::size_t at = 0; at < text.size();) {
        const auto [length, code] = characterAt(text, at);
        const bool space = kSpace.find(text[at]) != kSpace.npos;
        const bool letter
            = !space && isWordByte(static_cast<unsigned char>(text[at])) && code < kFirstUnspaced;
        if (letter && isOpen)
            words.back().end = at + length;
        else if (!space)
            words.push_back({ at, at + length });
        isOpen = letter;
        at += length;
    }
    return words;
}

using Numbers = std::vector<std::uint32_t>;

// Hirschberg's way to a longest common sequence: memory grows with the texts, not with their product.
class CommonWords
{
public:
    CommonWords(const Numbers& left, const Numbers& right)
        : m_left(left)
        , m_right(right)
        , leftShared(left.size(), 0)
        , rightShared(right.size(), 0)
    {
        match(0, left.size(), 0, right.size());
    }

private:
    void pair(std::size_t i, std::size_t j) { leftShared[i] = rightShared[j] = 1; }

    void match(std::size_t i, std::size_t iEnd, std::size_t j, std::size_t jEnd)
    {
        while (i < iEnd && j < jEnd && m_left[i] == m_right[j])
            pair(i++, j++);
        while (i < iEnd && j < jEnd && m_left[iEnd - 1] == m_right[jEnd - 1])
            pair(--iEnd, --jEnd);
        if (i == iEnd || j == jEnd)
            return;
        if (iEnd - i == 1) {
            for (std::size_t k = j; k < jEnd; ++k) {
                if (m_right[k] == m_left[i]) {
                    pair(i, k);
                    return;
                }
            }
            return;
        }
        const std::size_t middle = i + (iEnd - i) / 2;
        const Numbers before = lengths(i, middle, j, jEnd, false);
        const Numbers after = lengths(middle, iEnd, j, jEnd, true);
        std::size_t cut = 0;
        for (std::size_t k = 1; k <= jEnd - j; ++k) {
            if (before[k] + after[jEnd - j - k] > before[cut] + after[jEnd - j - cut])
                cut = k;
        }
        match(i, middle, j, j + cut);
        match(middle, iEnd, j + cut, jEnd);
    }

    // Longest common sequences of left[i, iEnd) with each beginning (or, from the back, each end) of right[j,
    // jEnd).
    Numbers lengths(std::size_t i, std::size_t iEnd, std::size_t j, std::size_t jEnd, bool fromBack) const
    {
        const std::size_t width = jEnd - j;
        Numbers row(width + 1, 0);
        Numbers last(width + 1, 0);
        for (std::size_t a = 0; a < iEnd - i; ++a) {
            std::swap(row, last);
            const std::uint32_t word = m_left[fromBack ? iEnd - 1 - a : i + a];
            for (std::size_t b = 0; b < width; ++b) {
                const std::uint32_t other = m_right[fromBack ? jEnd - 1 - b : j + b];
                row[b + 1] = word == other ? last[b] + 1 : std::max(row[b], last[b + 1]);
            }
        }
        return row;
    }

    const Numbers& m_left;
    const Numbers& m_right;

public:
    std::vector<std::uint8_t> leftShared; // one per word
    std::vector<std::uint8_t> rightShared;
};

int takeUnshared(const std::vector<TextRange>& words, const std::vector<std::uint8_t>& shared,
    std::vector<TextRange>& ranges)
{
    int count = 0;
    bool isOpen = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (shared[i] == 0) {
            ++count;
            if (isOpen)
                ranges.back().end = words[i].end;
            else
                ranges.push_back(words[i]);
        }
        isOpen = shared[i] == 0;
    }
    return count;
}

std::vector<TextRange> bodiesOf(const std::vector<PathSection>& sections, PathPart part)
{
    std::vector<TextRange> bodies;
    for (const PathSection& section : sections) {
        if (section.part == part)
            bodies.push_back(section.body);
    }
    return bodies;
}

void shift(std::vector<TextRange>& ranges, std::size_t by)
{
    for (TextRange& range : ranges) {
        range.begin += by;
        range.end += by;
    }
}

} // namespace

QString pathPartText(PathPart part)
{
    switch (part) {
    case PathPart::Type:
        return QCoreApplication::translate("PathPart", "Type");
    case PathPart::Caption:
        return QCoreApplication::translate("PathPart", "Caption");
    case PathPart::Thought:
        return QCoreApplication::translate("PathPart", "Reasoning");
    case PathPart::Answer:
        return QCoreApplication::translate("PathPart", "Answer");
    case PathPart::Outside:
        break;
    }
    return QCoreApplication::translate("PathPart", "Outside the tags");
}

std::vector<PathSection> pathSections(std::string_view text)
{
    std::vector<PathSection> sections;
    const auto outside = [&](std::size_t begin, std::size_t end) {
        const TextRange body = trimmed(text, { begin, end });
        if (body.begin < body.end)
            sections.push_back({ PathPart::Outside, body });
    };
    std::size_t at = 0;
    for (;;) {
        const auto [begin, tag] = nextTag(text, at);
        outside(at, std::min(begin, text.size()));
        if (!tag)
            return sections;
        const std::size_t body = begin + tag->open.size();
        const std::size_t close = text.find(tag->close, body);
        const std::size_t end = close != text.npos ? close : std::min(nextTag(text, body).first, text.size());
        sections.push_back({ tag->part, trimmed(text, { body, end }) });
        at = close != text.npos ? close + tag->close.size() : end;
    }
}

WordDifference compareWords(std::string_view left, std::string_view right)
{
    std::unordered_map<std::string_view, std::uint32_t> known;
    const auto numbered = [&known](std::string_view text, const std::vector<TextRange>& words) {
        Numbers numbers;
        for (const TextRange& word : words)
            numbers.push_back(known
                                  .try_emplace(text.substr(word.begin, word.end - word.begin),
                                      static_cast<std::uint32_t>(known.size()))
                                  .first->second);
        return numbers;
    };
    const std::vector<TextRange> leftWords = wordsOf(left);
    const std::vector<TextRange> rightWords = wordsOf(right);
    const Numbers leftNumbers = numbered(left, leftWords);
    const Numbers rightNumbers = numbered(right, rightWords);
    const CommonWords common(leftNumbers, rightNumbers);
    WordDifference difference;
    difference.wordsLeft = takeUnshared(leftWords, common.leftShared, difference.left);
    difference.wordsRight = takeUnshared(rightWords, common.rightShared, difference.right);
    return difference;
}

std::vector<SectionPair> comparePaths(std::string_view left, std::string_view right)
{
    const std::vector<PathSection> leftSections = pathSections(left);
    const std::vector<PathSection> rightSections = pathSections(right);
    std::vector<SectionPair> pairs;
    for (const PathPart part :
        { PathPart::Type, PathPart::Caption, PathPart::Thought, PathPart::Answer, PathPart::Outside }) {
        const std::vector<TextRange> ours = bodiesOf(leftSections, part);
        const std::vector<TextRange> theirs = bodiesOf(rightSections, part);
        for (std::size_t i = 0; i < std::max(ours.size(), theirs.size()); ++i) {
            SectionPair pair;
            pair.part = part;
            if (i < ours.size())
                pair.left = ours[i];
            if (i < theirs.size())
                pair.right = theirs[i];
            const auto bodyOf = [](std::string_view text, const std::optional<TextRange>& range) {
                return range ? text.substr(range->begin, range->end - range->begin) : std::string_view();
            };
            pair.difference = compareWords(bodyOf(left, pair.left), bodyOf(right, pair.right));
            shift(pair.difference.left, pair.left ? pair.left->begin : 0);
            shift(pair.difference.right, pair.right ? pair.right->begin : 0);
            pairs.push_back(std::move(pair));
        }
    }
    return pairs;
}

} // namespace msrl::models
