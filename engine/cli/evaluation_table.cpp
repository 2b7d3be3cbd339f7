// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/evaluation_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace msrl::cli {

namespace {

bool isInterval(const base::Json& value)
{
    return value.is_array() && value.size() == 2 && value[0].is_number() && value[1].is_number();
}

bool isFigure(const base::Json& value)
{
    return value.is_primitive() || isInterval(value);
}

std::string cell(const base::Json& value)
{
    if (value.is_null())
        return "-";
    if (value.is_string())
        return value.get<std::string>();
    if (isInterval(value))
        return value[0].is_number_integer()
            ? fmt::format("{} of {}", value[0].dump(), value[1].dump())
            : fmt::format("{:.4f} to {:.4f}", value[0].get<double>(), value[1].get<double>());
    return value.is_number_float() ? fmt::format("{:.4f}", value.get<double>()) : value.dump();
}

std::string spoken(std::string name)
{
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

// Bytes that continue a character take no column.
std::size_t columns(const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string aligned(const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns(row[i]));
    }
    std::string text;
    for (const std::vector<std::string>& row : rows) {
        text += " ";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string pad(widths[i] - columns(row[i]), ' ');
            text += " " + (i == 0 ? row[i] + pad : " " + pad + row[i]);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        text += "\n";
    }
    return text;
}

bool isRow(const base::Json& value)
{
    return value.is_object() && !value.empty() && std::all_of(value.begin(), value.end(), isFigure);
}

// Rows under the union of their columns, in the order in which they appear.
std::string table(const std::vector<std::pair<std::string, const base::Json*>>& rows)
{
    std::vector<std::string> keys;
    for (const auto& [name, row] : rows) {
        for (const auto& [key, value] : row->items()) {
            if (std::find(keys.begin(), keys.end(), key) == keys.end())
                keys.push_back(key);
        }
    }
    std::vector<std::vector<std::string>> cells(1, { "" });
    for (const std::string& key : keys)
        cells.front().push_back(spoken(key));
    for (const auto& [name, row] : rows) {
        cells.push_back({ spoken(name) });
        for (const std::string& key : keys)
            cells.back().push_back(row->contains(key) ? cell(row->at(key)) : "");
    }
    return aligned(cells);
}

void addSection(const base::Json& figures, const std::string& title, std::string& text)
{
    std::vector<std::vector<std::string>> single;
    std::vector<std::pair<std::string, const base::Json*>> rows;
    for (const auto& [key, value] : figures.items()) {
        if (isFigure(value))
            single.push_back({ spoken(key), cell(value) });
        else if (isRow(value))
            rows.emplace_back(key, &value);
    }
    if (!single.empty() || !rows.empty()) {
        text += title.empty() ? "" : "\n" + title + "\n";
        text += aligned(single) + (rows.empty() ? "" : table(rows));
    }
    for (const auto& [key, value] : figures.items()) {
        const std::string inner = title.empty() ? spoken(key) : title + ", " + spoken(key);
        if (value.is_object() && !value.empty() && !isRow(value))
            addSection(value, inner, text);
        else if (value.is_array() && !value.empty() && value.front().is_object())
            for (std::size_t i = 0; i < value.size(); ++i)
                addSection(value[i], fmt::format("{} {}", inner, i + 1), text);
    }
}

} // namespace

std::string evaluationTable(const base::Json& figures)
{
    std::string text;
    addSection(figures, {}, text);
    return text;
}

} // namespace msrl::cli
