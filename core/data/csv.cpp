// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv.h"

#include "core/base/files.h"
#include "core/base/json.h"

#include <fmt/format.h>

#include <algorithm>

namespace msrl::data {

namespace {

struct Cursor
{
    std::string_view rest;
    std::size_t line = 1;

    char take()
    {
        const char c = rest.front();
        rest.remove_prefix(1);
        line += c == '\n' ? 1 : 0;
        return c;
    }
};

// One cell, up to its comma or line end; nothing when its quote does not end.
std::optional<std::string> takeCell(Cursor& at)
{
    std::string cell;
    const bool quoted = at.rest.starts_with('"');
    if (quoted)
        at.take();
    while (!at.rest.empty()) {
        if (quoted && at.rest.starts_with("\"\"")) {
            at.take();
            cell += at.take();
        } else if (quoted && at.rest.front() == '"') {
            at.take();
            return cell;
        } else if (!quoted
            && (at.rest.front() == ',' || at.rest.front() == '\n' || at.rest.starts_with("\r\n"))) {
            return cell;
        } else {
            cell += at.take();
        }
    }
    return quoted ? std::nullopt : std::optional(cell);
}

// "pairs.csv:3, column prompt"; its number where the header does not name it.
std::string cellPlace(const std::string& line, const std::vector<std::string>& columns, std::size_t index)
{
    const bool named = index < columns.size() && !columns[index].empty();
    return fmt::format("{}, column {}", line, named ? columns[index] : fmt::format("{}", index + 1));
}

// Cells become texts of JSON. `columns` is empty for the header itself.
base::Status checkCells(
    const std::vector<std::string>& cells, const std::vector<std::string>& columns, const std::string& place)
{
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool hasNul = cells[i].find('\0') != std::string::npos;
        if (!hasNul && base::isUtf8(cells[i]))
            continue;
        return base::badInput(hasNul ? "holds a NUL" : "is not UTF-8 text", cellPlace(place, columns, i),
            "the file may be damaged or of another encoding: write it as UTF-8");
    }
    return {};
}

// Columns without a name, as spreadsheets leave them at the end, may be several.
base::Status checkHeader(const std::vector<std::string>& columns, const std::string& place)
{
    for (auto name = columns.begin(); name != columns.end(); ++name) {
        if (!name->empty() && std::find(columns.begin(), name, *name) != name)
            return base::badInput("comes twice", fmt::format("{}, column {}", place, *name),
                "rename one of them: which is meant cannot be told");
    }
    return {};
}

} // namespace

std::optional<std::size_t> CsvTable::column(std::string_view name) const
{
    const auto at = std::find(columns.begin(), columns.end(), name);
    return at == columns.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - columns.begin()));
}

std::string CsvTable::place(std::size_t row) const
{
    return fmt::format("{}:{}", file, lines[row]);
}

base::Result<CsvTable> readCsv(const std::filesystem::path& path)
{
    const auto text = base::readFile(path);
    if (!text)
        return text.error();
    CsvTable table;
    table.file = path.string();
    Cursor at { *text };
    if (at.rest.starts_with("\xEF\xBB\xBF"))
        at.rest.remove_prefix(3);
    // A large table is looked through once, and cell by cell only for the place of a fault.
    const bool isText = base::isUtf8(at.rest) && at.rest.find('\0') == std::string_view::npos;
    while (!at.rest.empty()) {
        const std::size_t line = at.line;
        const auto where = [&] { return fmt::format("{}:{}", table.file, line); };
        std::vector<std::string> cells;
        for (bool more = true; more;) {
            auto cell = takeCell(at);
            if (!cell)
                return base::badInput(
                    "a quote does not end", cellPlace(where(), table.columns, cells.size()));
            cells.push_back(std::move(*cell));
            more = at.rest.starts_with(',');
            if (at.rest.starts_with("\r\n"))
                at.take();
            if (!more && !at.rest.empty() && at.rest.front() != '\n')
                return base::badInput(
                    "text after a closing quote", cellPlace(where(), table.columns, cells.size() - 1));
            if (!at.rest.empty())
                at.take();
        }
        if (cells.size() == 1 && cells.front().empty())
            continue; // a blank line
        if (auto status = isText ? base::Status() : checkCells(cells, table.columns, where()); !status)
            return status.error();
        if (table.columns.empty()) {
            if (auto status = checkHeader(cells, where()); !status)
                return status.error();
            table.columns = std::move(cells);
            continue;
        }
        if (cells.size() != table.columns.size())
            return base::badInput(
                fmt::format("the row has {} cells, the header {}", cells.size(), table.columns.size()),
                cellPlace(where(), table.columns, std::min(cells.size(), table.columns.size())));
        table.rows.push_back(std::move(cells));
        table.lines.push_back(line);
    }
    return table;
}

} // namespace msrl::data
