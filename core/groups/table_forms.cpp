// SPDX-License-Identifier: GPL-3.0-or-later
// A table as text, Markdown, LaTeX and CSV.
#include "core/groups/tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

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
        if (c == '\\')
            escaped += "\\textbackslash{}";
        else if (c == '~')
            escaped += "\\textasciitilde{}";
        else if (c == '^')
            escaped += "\\textasciicircum{}";
        else if (std::string_view("&%$#_{}").find(c) != std::string_view::npos)
            escaped += std::string("\\") + c;
        else
            escaped += c;
    }
    for (const auto& [sign, spelled] :
        { std::pair { "±", "$\\pm$" }, { "−", "$-$" }, { "–", "--" }, { "·", "$\\cdot$" } }) {
        for (std::size_t at; (at = escaped.find(sign)) != std::string::npos;)
            escaped.replace(at, std::string_view(sign).size(), spelled);
    }
    return escaped;
}

std::string forMarkdown(const std::string& text)
{
    std::string escaped;
    for (const char c : text)
        escaped += c == '|' ? "\\|" : std::string(1, c);
    return escaped;
}

std::string csvField(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

bool isStrong(const Table& table, std::size_t row, std::size_t column)
{
    return row < table.strong.size() && column < table.strong[row].size() && table.strong[row][column];
}

// Rows as the form writes them: an escaped cell, a strong one within `marks`.
std::vector<std::vector<std::string>> writtenRows(const Table& table,
    std::string (*escape)(const std::string& text), const std::pair<std::string, std::string>& marks)
{
    std::vector<std::vector<std::string>> rows;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        rows.emplace_back();
        for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
            const std::string cell = escape(table.rows[r][c]);
            rows.back().push_back(isStrong(table, r, c) ? marks.first + cell + marks.second : cell);
        }
    }
    return rows;
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
            text += "| " + cell + " ";
        text += "|\n";
    };
    std::vector<std::string> head;
    for (const std::string& title : table.head)
        head.push_back(forMarkdown(title));
    addRow(head);
    std::vector<std::string> rule(table.head.size(), "---:"); // figures stand at the right
    rule.front() = "---";
    addRow(rule);
    for (const auto& row : writtenRows(table, forMarkdown, { "**", "**" }))
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
            text += (c == 0 ? "" : " & ") + cells[c];
        text += " \\\\\n";
    };
    std::vector<std::string> head;
    for (const std::string& title : table.head)
        head.push_back(forLatex(title));
    addRow(head);
    text += "\\midrule\n";
    for (const auto& row : writtenRows(table, forLatex, { "\\textbf{", "}" }))
        addRow(row);
    text += "\\bottomrule\n\\end{tabular}\n";
    for (const std::string& note : table.notes)
        text += "% " + note + "\n";
    return text;
}

std::string csvCells(const Table& table)
{
    std::string text;
    const auto addRow = [&text](const std::vector<std::string>& cells) {
        for (std::size_t c = 0; c < cells.size(); ++c)
            text += (c == 0 ? "" : ",") + csvField(cells[c]);
        text += "\n";
    };
    addRow(table.head);
    for (const auto& row : table.rows)
        addRow(row);
    return text;
}

} // namespace msrl::groups
