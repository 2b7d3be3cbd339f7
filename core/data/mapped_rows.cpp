// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/mapped_rows.h"

#include <utility>

namespace msrl::data {
namespace fs = std::filesystem;

MappedRows::MappedRows(fs::path path, ColumnMap columns, ColumnMap::Lists lists)
    : m_path(std::move(path))
    , m_columns(std::move(columns))
    , m_lists(lists)
{
}

base::Result<MappedRows> MappedRows::open(const fs::path& path, ColumnMap columns, ColumnMap::Lists lists)
{
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        return base::badInput("data file not found", path.string());
    MappedRows mapped(path, std::move(columns), lists);
    auto rows = openRows(path);
    if (!rows)
        return rows.error();
    mapped.m_rows = *std::move(rows);
    if (const auto known = mapped.m_rows->columns()) {
        if (auto fits = mapped.m_columns.checkColumns(*known, path.string()); !fits)
            return fits.error();
    }
    return mapped;
}

base::Result<std::optional<JsonRow>> MappedRows::next()
{
    auto row = m_rows->next();
    if (!row)
        return row.error();
    if (!*row) {
        if (m_next == 0)
            return base::badInput("the file holds no samples", m_path.string());
        const bool isChecked = m_columns.empty() || m_rows->columns();
        if (auto seen = isChecked ? base::Status() : m_columns.finish(m_path.string()); !seen)
            return seen.error();
        return std::optional<JsonRow>();
    }
    const std::size_t number = m_next++;
    if (m_columns.empty())
        return row;
    auto mapped = m_columns.apply(**row, number, m_lists);
    if (!mapped)
        return mapped.error();
    return std::optional(*std::move(mapped));
}

} // namespace msrl::data
