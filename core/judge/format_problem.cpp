// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/format_problem.h"

#include <fmt/format.h>

#include <array>

namespace msrl::judge {

namespace {

struct Tag
{
    const char* name;
    bool required;
};

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(kWhiteSpace) == std::string_view::npos;
}

int count(std::string_view text, std::string_view part)
{
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++found;
    return found;
}

// Takes the tag from the front of `rest`; a sentence when that does not go.
std::optional<std::string> take(std::string_view& rest, const Tag& tag)
{
    const std::string open = fmt::format("<{}>", tag.name);
    const std::string close = fmt::format("</{}>", tag.name);
    const std::size_t begin = rest.find(open);
    if (begin == std::string_view::npos)
        return tag.required ? std::optional(fmt::format("{} is missing here", open)) : std::nullopt;
    if (!isBlank(rest.substr(0, begin)))
        return fmt::format("there is something else before {}", open);
    const std::size_t body = begin + open.size();
    const std::size_t end = rest.find(close, body);
    if (end == std::string_view::npos)
        return fmt::format("{} is not closed by {}", open, close);
    const std::string_view content = rest.substr(body, end - body);
    if (std::string_view(tag.name) == "think" && isBlank(content))
        return "<think> is empty";
    rest.remove_prefix(end + close.size());
    return std::nullopt;
}

} // namespace

std::optional<std::string> formatProblem(std::string_view completion, Requirements requirements)
{
    if (parseStrict(completion, requirements).formatOk)
        return std::nullopt;
    const std::array<Tag, 4> tags { Tag { "type", requirements.type },
        Tag { "caption", requirements.caption }, Tag { "think", true }, Tag { "answer", true } };
    for (const Tag& tag : tags) {
        for (const std::string& mark : { fmt::format("<{}>", tag.name), fmt::format("</{}>", tag.name) }) {
            if (count(completion, mark) > 1)
                return fmt::format("{} stands there more than once", mark);
        }
    }
    std::string_view rest = completion;
    for (const Tag& tag : tags) {
        if (auto problem = take(rest, tag))
            return problem;
    }
    if (!isBlank(rest))
        return "there is something after </answer>";
    if (const auto answer = parseStrict(completion, {}).answer; !answer)
        return "the answer is not just A or B";
    return "the tags are not as the format asks for";
}

} // namespace msrl::judge
