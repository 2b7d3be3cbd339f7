// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/template.h"

#include "core/text/utf8.h"

#include <fmt/core.h>

#include <algorithm>

namespace msrl::text {

namespace {

std::string listed(std::span<const std::string_view> names)
{
    std::string out;
    for (const std::string_view name : names)
        out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

bool contains(std::span<const std::string_view> names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

base::Result<Template::Line> Template::parseLine(
    std::string_view text, const std::string& at, std::span<const std::string_view> fields)
{
    Line line;
    std::size_t from = 0;
    while (from < text.size()) {
        const std::size_t open = text.find("{{", from);
        if (open == std::string_view::npos)
            break;
        const std::size_t close = text.find("}}", open);
        if (close == std::string_view::npos)
            return base::badInput(fmt::format("\"{}\" is not closed with }}}}", text.substr(open)), at);
        std::string name(text.substr(open + 2, close - open - 2));
        const bool conditional = !name.empty() && name.front() == '?';
        if (conditional)
            name.erase(0, 1);
        if (!contains(fields, name))
            return base::badInput(
                fmt::format("{{{{{}}}}} is not a field", name), at, "fields are " + listed(fields));
        if (conditional && open != 0)
            return base::badInput(fmt::format("{{{{?{}}}}} must begin its line", name), at);
        if (open > from)
            line.pieces.push_back({ false, std::string(text.substr(from, open - from)) });
        if (conditional)
            line.condition = name;
        else
            line.pieces.push_back({ true, name });
        from = close + 2;
    }
    if (from < text.size())
        line.pieces.push_back({ false, std::string(text.substr(from)) });
    return line;
}

base::Result<Template> Template::parse(std::string_view text, const std::string& place,
    std::span<const std::string_view> sections, std::span<const std::string_view> fields)
{
    if (const auto at = findInvalidUtf8(text))
        return base::badInput(fmt::format("byte {} is not UTF-8", *at), place);
    Template out;
    out.m_place = place;
    int number = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        std::string_view words = text.substr(from, end - from);
        from = end + 1;
        if (!words.empty() && words.back() == '\r')
            words.remove_suffix(1);
        const std::string at = fmt::format("{}:{}", place, ++number);
        const bool heading = words.size() > 2 && words.front() == '[' && words.back() == ']';
        if (heading && contains(sections, words.substr(1, words.size() - 2))) {
            const std::string name(words.substr(1, words.size() - 2));
            if (out.hasSection(name))
                return base::badInput(fmt::format("section [{}] comes twice", name), at);
            out.m_sections.push_back({ name, {} });
            continue;
        }
        if (out.m_sections.empty()) {
            if (words.empty() || words.front() == '#')
                continue;
            return base::badInput("text before the first section", at, "sections are " + listed(sections));
        }
        base::Result<Line> line = parseLine(words, at, fields);
        if (!line)
            return line.error();
        line->number = number;
        out.m_sections.back().lines.push_back(std::move(*line));
    }
    return out;
}

bool Template::hasSection(std::string_view name) const
{
    return std::any_of(
        m_sections.begin(), m_sections.end(), [&](const Section& s) { return s.name == name; });
}

bool Template::uses(std::string_view field) const
{
    for (const Section& section : m_sections)
        for (const Line& line : section.lines)
            for (const Piece& piece : line.pieces)
                if (piece.isField && piece.text == field)
                    return true;
    return false;
}

base::Result<MarkedText> Template::expand(std::string_view name, const FieldSource& source) const
{
    const auto section = std::find_if(
        m_sections.begin(), m_sections.end(), [&](const Section& s) { return s.name == name; });
    MarkedText out;
    bool first = true;
    for (const Line& line : section->lines) {
        if (!line.condition.empty() && !source.has(line.condition))
            continue;
        if (!first)
            out.append("\n");
        first = false;
        for (const Piece& piece : line.pieces) {
            if (!piece.isField) {
                out.append(piece.text);
                continue;
            }
            const std::string at = fmt::format("{}:{}", m_place, line.number);
            if (!source.has(piece.text))
                return base::badInput(
                    fmt::format("the prompt asks for {{{{{}}}}}, which has no value here", piece.text), at);
            base::Result<MarkedText> value = source.value(piece.text);
            if (!value)
                return value.error();
            out.append(*value);
        }
    }
    return out;
}

} // namespace msrl::text
