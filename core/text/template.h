// SPDX-License-Identifier: GPL-3.0-or-later
// The small language of prompt files: sections, {{fields}} and lines that vanish with their field.
//
//     # A comment, allowed before the first section.
//     [system]
//     You compare two answers.
//     [user]
//     {{?context}}Text: {{context}}
//     Question: {{query}}
//     A: {{response_a}}
//
// {{name}} stands for a field's value. A line that begins with {{?name}} is kept only where that field has a
// value, and
// {{?name}} itself leaves no trace. Every other brace is text. A section's lines are joined by line feeds,
// without one at the end.
#pragma once

#include "core/base/result.h"
#include "core/text/marked_text.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

// Where a template's values come from while it is written out.
struct FieldSource
{
    std::function<bool(const std::string& name)> has;
    // Called once for each {{name}} that is written, in order. REQUIRES: has(name)
    std::function<base::Result<MarkedText>(const std::string& name)> value;
};

class Template
{
public:
    // Refused with file and line: an unknown section or field, a field that is not closed, text before the
    // first section, a section that comes twice.
    static base::Result<Template> parse(std::string_view text, const std::string& place,
        std::span<const std::string_view> sections, std::span<const std::string_view> fields);

    bool hasSection(std::string_view name) const;
    bool uses(std::string_view field) const;
    // Refused with file and line when a line that is kept uses a field without a value. REQUIRES:
    // hasSection(name)
    base::Result<MarkedText> expand(std::string_view section, const FieldSource& source) const;

private:
    struct Piece
    {
        bool isField = false;
        std::string text; // words, or the field's name
    };
    struct Line
    {
        int number = 0;
        std::string condition; // field; empty: always kept
        std::vector<Piece> pieces;
    };
    struct Section
    {
        std::string name;
        std::vector<Line> lines;
    };
    static base::Result<Line> parseLine(
        std::string_view text, const std::string& at, std::span<const std::string_view> fields);

    std::string m_place;
    std::vector<Section> m_sections;
};

} // namespace msrl::text
