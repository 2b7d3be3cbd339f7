// SPDX-License-Identifier: GPL-3.0-or-later
// Two reasoning paths beside each other: cut into the parser's sections, and the words that only one of them
// has.
#pragma once

#include <QString>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace msrl::models {

// The parser's tags; Outside is what stands between and around them.
enum class PathPart { Type, Caption, Thought, Answer, Outside };
QString pathPartText(PathPart part);

// Bytes [begin, end) of a text.
struct TextRange
{
    std::size_t begin = 0;
    std::size_t end = 0;

    bool operator==(const TextRange&) const = default;
};

struct PathSection
{
    PathPart part = PathPart::Outside;
    TextRange body; // between the tags, without the white space at its ends
};

// In the order of the text. Where the strict parser takes the text, the bodies are its own; text that breaks
// the grammar is cut at the tags it has: one that is not closed reaches to the next tag or the end.
std::vector<PathSection> pathSections(std::string_view text);

// Ranges of words that only one of the texts has, by a longest common sequence of words (letters and digits
// of a run, each other sign by itself, as is each letter of scripts without spaces). Neighbouring words are
// one range.
struct WordDifference
{
    std::vector<TextRange> left;
    std::vector<TextRange> right;
    int wordsLeft = 0; // how many words the ranges hold
    int wordsRight = 0;
};
WordDifference compareWords(std::string_view left, std::string_view right);

// One section of either path, or of both; the k-th of its part on the left stands beside the k-th on the
// right.
struct SectionPair
{
    PathPart part = PathPart::Outside;
    std::optional<TextRange> left;
    std::optional<TextRange> right;
    WordDifference difference; // as bytes of the whole texts

    bool isSame() const { return difference.left.empty() && difference.right.empty(); }
};

// In the order of the parts, what is outside the tags last.
std::vector<SectionPair> comparePaths(std::string_view left, std::string_view right);

} // namespace msrl::models
