// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/parser.h"

#include "core/base/trimmed.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::judge {

namespace {

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowerCase(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lowered);
    return out;
}

std::string_view trimmed(std::string_view text)
{
    return base::trimmed(text, kWhiteSpace);
}

std::string opening(std::string_view tag)
{
    return fmt::format("<{}>", tag);
}

std::string closing(std::string_view tag)
{
    return fmt::format("</{}>", tag);
}

std::size_t countOf(std::string_view text, const std::string& part)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos;
         at = text.find(part, at + part.size()))
        ++count;
    return count;
}

enum class TagUse { Absent, Once, Wrong };

TagUse useOf(std::string_view text, std::string_view tag)
{
    const std::size_t opened = countOf(text, opening(tag));
    const std::size_t closed = countOf(text, closing(tag));
    if (opened == 0 && closed == 0)
        return TagUse::Absent;
    return opened == 1 && closed == 1 ? TagUse::Once : TagUse::Wrong;
}

void skipSpace(std::string_view& rest)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(kWhiteSpace), rest.size()));
}

// Takes "<tag>BODY</tag>" and the white space after it off the front; nothing when it is not there or blank.
std::optional<std::string> takeElement(std::string_view& rest, std::string_view tag)
{
    const std::string open = opening(tag);
    const std::string close = closing(tag);
    if (!rest.starts_with(open))
        return std::nullopt;
    const std::size_t end = rest.find(close, open.size());
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view body = trimmed(rest.substr(open.size(), end - open.size()));
    if (body.empty())
        return std::nullopt;
    rest.remove_prefix(end + close.size());
    skipSpace(rest);
    return std::string(body);
}

// The body of the first <tag>…</tag>, in any case; nothing when there is no such pair.
std::optional<std::string_view> firstBody(
    std::string_view text, const std::string& lower, std::string_view tag)
{
    const std::string open = opening(tag);
    const std::size_t start = lower.find(open);
    if (start == std::string::npos)
        return std::nullopt;
    const std::size_t end = lower.find(closing(tag), start + open.size());
    if (end == std::string::npos)
        return std::nullopt;
    return text.substr(start + open.size(), end - start - open.size());
}

std::optional<data::Side> sideInAnyCase(std::string_view text)
{
    const std::string_view letter = trimmed(text);
    if (letter == "a" || letter == "A")
        return data::Side::A;
    if (letter == "b" || letter == "B")
        return data::Side::B;
    return std::nullopt;
}

} // namespace

Judgement parseStrict(std::string_view completion, Requirements requirements)
{
    const TagUse type = useOf(completion, "type");
    const TagUse caption = useOf(completion, "caption");
    if (type == TagUse::Wrong || (type == TagUse::Absent && requirements.type))
        return {};
    if (caption == TagUse::Wrong || (caption == TagUse::Absent && requirements.caption))
        return {};
    if (useOf(completion, "think") != TagUse::Once || useOf(completion, "answer") != TagUse::Once)
        return {};

    Judgement judgement;
    std::string_view rest = completion;
    skipSpace(rest);
    if (type == TagUse::Once) {
        const auto body = takeElement(rest, "type");
        if (!body)
            return {};
        judgement.type = normalisedType(*body);
    }
    if (caption == TagUse::Once) {
        judgement.caption = takeElement(rest, "caption");
        if (!judgement.caption)
            return {};
    }
    judgement.thought = takeElement(rest, "think");
    if (!judgement.thought)
        return {};
    const auto answer = takeElement(rest, "answer");
    judgement.answer = answer ? data::sideFromName(*answer) : std::nullopt;
    if (!judgement.answer || !rest.empty())
        return {};
    judgement.formatOk = true;
    return judgement;
}

Judgement parseScript(std::string_view completion)
{
    const std::string lower = lowerCase(completion);
    const auto thought = firstBody(completion, lower, "think");
    const auto answer = firstBody(completion, lower, "answer");
    const auto type = firstBody(completion, lower, "type");
    const auto caption = firstBody(completion, lower, "caption");

    Judgement judgement;
    judgement.formatOk = thought.has_value() && answer.has_value();
    judgement.answer = sideInAnyCase(answer && !trimmed(*answer).empty() ? *answer : completion);
    judgement.type = normalisedType(type && !trimmed(*type).empty() ? *type : completion);
    if (caption)
        judgement.caption = std::string(trimmed(*caption));
    if (thought)
        judgement.thought = std::string(trimmed(*thought));
    return judgement;
}

std::string scriptLabel(std::string_view text)
{
    const auto answer = firstBody(text, lowerCase(text), "answer");
    const std::string_view body = answer ? trimmed(*answer) : std::string_view();
    std::string label(body.empty() ? trimmed(text) : body);
    std::transform(label.begin(), label.end(), label.begin(),
        [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return label;
}

Judgement parse(std::string_view completion, ParserMode mode, Requirements requirements)
{
    return mode == ParserMode::Strict ? parseStrict(completion, requirements) : parseScript(completion);
}

std::optional<data::Side> looseAnswer(std::string_view completion)
{
    const auto body = firstBody(completion, lowerCase(completion), "answer");
    return body ? sideInAnyCase(*body) : std::nullopt;
}

std::string normalisedType(std::string_view text)
{
    std::string out;
    bool gap = false;
    for (const char c : text) {
        if (c == '_' || c == '-' || kWhiteSpace.find(c) != std::string_view::npos) {
            gap = true;
            continue;
        }
        if (gap && !out.empty())
            out += ' ';
        gap = false;
        out += lowered(c);
    }
    return out;
}

bool namesTask(const std::optional<std::string>& type, data::TaskType task)
{
    return type == normalisedType(data::taskTypeLabel(task));
}

} // namespace msrl::judge
