// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of a file under a map of columns, one by one.
#pragma once

#include "core/data/column_map.h"
#include "core/data/rows.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace msrl::data {

class MappedRows
{
public:
    // An empty map hands the rows on as they are. BadInput: no such file, or one that lacks a column.
    static base::Result<MappedRows> open(const std::filesystem::path& path, ColumnMap columns,
        ColumnMap::Lists lists = ColumnMap::Lists::OfTwo);

    // Nothing at the end. Refuses a file without rows.
    base::Result<std::optional<JsonRow>> next();
    // Of the row that next() returned last, from 0.
    std::size_t number() const { return m_next - 1; }

private:
    MappedRows(std::filesystem::path path, ColumnMap columns, ColumnMap::Lists lists);

    std::filesystem::path m_path;
    ColumnMap m_columns;
    ColumnMap::Lists m_lists;
    std::unique_ptr<RowSource> m_rows;
    std::size_t m_next = 0;
};

} // namespace msrl::data
