// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/column_map.h"

#include "core/base/trimmed.h"
#include "core/data/column_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace msrl::data {

namespace {

// "turns.0.content": "turns.content"
std::string withoutNumbers(std::string_view path)
{
    std::string out;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (part.find_first_not_of("0123456789") == std::string_view::npos)
            continue;
        out += out.empty() ? "" : ".";
        out += part;
    }
    return out;
}

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t { 0 });
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({ replaced, row[j] + 1, row[j + 1] + 1 });
        }
    }
    return row.back();
}

} // namespace

std::vector<std::string> columnFields()
{
    std::vector<std::string> names;
    for (const ColumnField& field : kColumnFields)
        names.emplace_back(field.name);
    return names;
}

std::string nearestName(std::string_view name, const std::vector<std::string>& names)
{
    const std::string* nearest = nullptr;
    // No more than a third of the letters, and never all of them.
    std::size_t least = std::min(std::max<std::size_t>(2, name.size() / 3) + 1, name.size());
    std::string all;
    for (const std::string& one : names) {
        const std::size_t distance = editDistance(name, one);
        if (distance < least) {
            least = distance;
            nearest = &one;
        }
        all += (all.empty() ? "" : ", ") + one;
    }
    return nearest ? fmt::format("did you mean '{}'?", *nearest) : "known: " + all;
}

bool ColumnMap::has(std::string_view field) const
{
    return std::any_of(
        m_columns.begin(), m_columns.end(), [&](const Entry& entry) { return entry.field == field; });
}

base::Status ColumnMap::addColumn(
    const std::string& name, const std::string& column, const std::string& place)
{
    const ColumnField* field = findColumnField(name);
    if (!field)
        return base::badInput(
            fmt::format("'{}' is not a field of a sample", name), place, nearestName(name, columnFields()));
    if (has(field->name))
        return base::badInput(
            fmt::format("the field {} has two columns", field->name), place, "name one column for it");
    if (column.empty())
        return base::badInput(fmt::format("the field {} has no column", name), place, "write FIELD=COLUMN");
    m_columns.push_back({ std::string(field->name), column });
    return {};
}

base::Status ColumnMap::checkTogether(const std::string& place) const
{
    for (const auto& [list, one] : { std::pair("responses", "a"), std::pair("responses", "b"),
             std::pair("candidates", "media_a"), std::pair("candidates", "media_b") }) {
        if (has(list) && has(one))
            return base::badInput(
                fmt::format("{} and {} are both given", list, one), place, "name one of them");
    }
    if (!m_gold.empty() && !has("gold"))
        return base::badInput(
            "says what values of the gold mean, but names no column for it", place, "add gold=COLUMN");
    if (!m_columns.empty() && !has("query"))
        return base::badInput("names no column for the query", place, "add query=COLUMN");
    return {};
}

base::Result<ColumnMap> ColumnMap::parse(const std::vector<std::string>& entries, const std::string& place)
{
    constexpr std::string_view kGoldValue = "gold:";
    ColumnMap map;
    for (const std::string& entry : entries) {
        const std::string text(base::trimmed(entry));
        const bool isValue = text.starts_with(kGoldValue) || text.starts_with("label:");
        const std::size_t equals = isValue ? text.rfind('=') : text.find('=');
        if (equals == std::string::npos)
            return base::badInput(
                fmt::format("'{}' has no '='", text), place, "write FIELD=COLUMN, or gold:VALUE=A");
        const std::string left(base::trimmed(std::string_view(text).substr(0, equals)));
        const std::string right(base::trimmed(std::string_view(text).substr(equals + 1)));
        if (!isValue) {
            if (auto added = map.addColumn(left, right, place); !added)
                return added.error();
            continue;
        }
        const std::string value = left.substr(left.find(':') + 1);
        if (right != "A" && right != "B" && right != "none")
            return base::badInput(
                fmt::format("the gold '{}' means '{}'", value, right), place, "expected A, B or none");
        if (!map.m_gold.emplace(value, right).second)
            return base::badInput(fmt::format("the gold '{}' is given twice", value), place);
    }
    if (auto fits = map.checkTogether(place); !fits)
        return fits.error();
    return map;
}

base::Result<ColumnMap> ColumnMap::parseText(std::string_view text, const std::string& place)
{
    std::vector<std::string> entries;
    std::string entry;
    const auto take = [&] {
        entry = std::string(base::trimmed(entry));
        if (!entry.empty())
            entries.push_back(std::move(entry));
        entry.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\\,"))
            entry += text[++i];
        else if (text[i] == ',')
            take();
        else
            entry += text[i];
    }
    take();
    return parse(entries, place);
}

base::Status ColumnMap::checkColumns(const std::vector<std::string>& columns, const std::string& place) const
{
    for (const Entry& entry : m_columns) {
        // A column may have digits for its name; else they number a list's members, which columns() does not.
        const bool isKnown = std::find(columns.begin(), columns.end(), entry.column) != columns.end()
            || std::find(columns.begin(), columns.end(), withoutNumbers(entry.column)) != columns.end();
        if (!isKnown)
            return base::badInput(fmt::format("no column '{}' for the field {}", entry.column, entry.field),
                place, nearestName(entry.column, columns));
    }
    return {};
}

base::Status ColumnMap::finish(const std::string& place) const
{
    for (const Entry& entry : m_columns) {
        if (!m_seen.contains(entry.column))
            return base::badInput(
                fmt::format("no row has the column '{}' for the field {}", entry.column, entry.field), place,
                nearestName(entry.column, { m_names.begin(), m_names.end() }));
    }
    return {};
}

} // namespace msrl::data
