// SPDX-License-Identifier: GPL-3.0-or-later
// A table as text, Markdown and LaTeX.
#include "core/groups/tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace msrl::groups {

namespace {

std::size_t widthOf(const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string forLatex(const std::string& text)
{
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("&%$#_{}").find(c) != std::string_view::npos)
            escaped += '\\';
        escaped += c;
    }
    for (std::size_t at; (at = escaped.find("±")) != std::string::npos;)
        escaped.replace(at, std::string("±").size(), "$\\pm$");
    for (std::size_t at; (at = escaped.find("−")) != std::string::npos;)
        escaped.replace(at, std::string("−").size(), "$-$");
    return escaped;
}

std::string forMarkdown(const std::string& text)
{
    std::string escaped;
    for (const char c : text)
        escaped += c == '|' ? "\\|" : std::string(1, c);
    return escaped;
}

} // namespace

std::string textTable(const Table& table)
{
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < table.head.size(); ++c) {
        std::size_t width = widthOf(table.head[c]);
        for (const auto& row : table.rows)
            width = std::max(width, widthOf(row[c]));
        widths.push_back(width);
    }
    std::string text;
    const auto addRow = [&](const std::vector<std::string>& cells) {
        for (std::size_t c = 0; c < cells.size(); ++c) {
            const std::string padding(widths[c] - widthOf(cells[c]), ' ');
            text += c == 0 ? cells[c] + padding : "  " + padding + cells[c];
        }
        text += "\n";
    };
    addRow(table.head);
    for (const auto& row : table.rows)
        addRow(row);
    for (const std::string& note : table.notes)
        text += note + "\n";
    return text;
}

std::string markdownTable(const Table& table)
{
    std::string text;
    const auto addRow = [&text](const std::vector<std::string>& cells) {
        for (const std::string& cell : cells)
            text += "| " + forMarkdown(cell) + " ";
        text += "|\n";
    };
    addRow(table.head);
    addRow(std::vector<std::string>(table.head.size(), "---"));
    for (const auto& row : table.rows)
        addRow(row);
    if (!table.notes.empty())
        text += "\n" + fmt::format("{}.\n", fmt::join(table.notes, ". "));
    return text;
}

std::string latexTable(const Table& table)
{
    std::string text = "% needs \\usepackage{booktabs}\n\\begin{tabular}{l"
        + std::string(table.head.size() - 1, 'r') + "}\n\\toprule\n";
    const auto addRow = [&text](const std::vector<std::string>& cells) {
        for (std::size_t c = 0; c < cells.size(); ++c)
            text += (c == 0 ? "" : " & ") + forLatex(cells[c]);
        text += " \\\\\n";
    };
    addRow(table.head);
    text += "\\midrule\n";
    for (const auto& row : table.rows)
        addRow(row);
    text += "\\bottomrule\n\\end{tabular}\n";
    for (const std::string& note : table.notes)
        text += "% " + note + "\n";
    return text;
}

} // namespace msrl::groups
