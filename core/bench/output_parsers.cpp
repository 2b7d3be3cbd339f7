// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/output_parsers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>

namespace msrl::bench {

namespace {

constexpr std::string_view kSpace = " \t\n\r\v\f\x1c\x1d\x1e\x1f"; // what \s is in ASCII for Python
constexpr int kManyDigits = std::numeric_limits<int>::max();

// Lower case, without what the script removes before it searches.
std::string folded(std::string_view output)
{
    std::string text;
    text.reserve(output.size());
    for (const char c : output) {
        if (c != '\n' && c != '*')
            text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

// White space beyond ASCII that Python's \s takes, in UTF-8.
constexpr std::string_view kWideSpaces[] = { "\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\x80",
    "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9",
    "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80" };

void skipSpace(std::string_view& rest)
{
    for (bool found = true; found;) {
        rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
        const auto* const wide = std::find_if(std::begin(kWideSpaces), std::end(kWideSpaces),
            [&](std::string_view space) { return rest.starts_with(space); });
        found = wide != std::end(kWideSpaces);
        if (found)
            rest.remove_prefix(wide->size());
    }
}

bool take(std::string_view& rest, std::string_view word)
{
    if (!rest.starts_with(word))
        return false;
    rest.remove_prefix(word.size());
    skipSpace(rest);
    return true;
}

// "answer N is [the] [slightly] better" at the start of `rest`.
std::optional<int> verdictAt(std::string_view rest)
{
    if (!take(rest, "answer"))
        return std::nullopt;
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (digits == 0)
        return std::nullopt;
    int number = 0;
    for (const char c : rest.substr(0, digits))
        number = number > (kManyDigits - 9) / 10 ? kManyDigits : number * 10 + (c - '0');
    rest.remove_prefix(digits);
    skipSpace(rest);
    if (!take(rest, "is"))
        return std::nullopt;
    take(rest, "the");
    take(rest, "slightly");
    return rest.starts_with("better") ? std::optional(number) : std::nullopt;
}

} // namespace

std::optional<int> overallJudgment(std::string_view output)
{
    const std::string text = folded(output);
    const std::string_view phrases[] = { "overall judgment", "therefore" };
    std::size_t begin = std::string::npos;
    for (const std::string_view phrase : phrases) {
        const std::size_t at = text.find(phrase);
        if (at != std::string::npos)
            begin = std::min(begin, at + phrase.size());
    }
    if (begin == std::string::npos)
        return std::nullopt;
    // The script's ".*" is greedy: the last verdict counts.
    for (std::size_t at = text.rfind("answer"); at != std::string::npos && at >= begin;
         at = at == 0 ? std::string::npos : text.rfind("answer", at - 1)) {
        if (const auto number = verdictAt(std::string_view(text).substr(at)))
            return number;
    }
    return std::nullopt;
}

bool saysIsBetter(std::string_view output, std::string_view noun, int number)
{
    return output.find(fmt::format("{} {} is better", noun, number)) != std::string_view::npos;
}

bool saysAnswerIsBetter(std::string_view output, int number)
{
    return saysIsBetter(output, "Answer", number);
}

std::optional<data::Side> bracketedLetter(std::string_view output)
{
    if (output.find("[[A]]") != std::string_view::npos)
        return data::Side::A;
    if (output.find("[[B]]") != std::string_view::npos)
        return data::Side::B;
    return std::nullopt;
}

std::string_view bracketedLabel(std::string_view output)
{
    while (!output.empty()) {
        const std::size_t end = std::min(output.find('\n'), output.size());
        const std::string_view line = output.substr(0, end);
        const std::size_t open = line.find("[[");
        const std::size_t close = line.rfind("]]");
        if (open != std::string_view::npos && close != std::string_view::npos && close >= open + 2)
            return line.substr(open, close + 2 - open);
        output.remove_prefix(std::min(end + 1, output.size()));
    }
    return {};
}

} // namespace msrl::bench
