// SPDX-License-Identifier: GPL-3.0-or-later
// Parquet files as rows, for every format that core/data reads.
#pragma once

#include "core/data/rows.h"

namespace msrl::parquet {

// What reading one file may allocate at once. Rows are read some at a time, so this bounds the cells of a few
// rows and the pages that hold them, not the file.
inline constexpr std::int64_t kMostBytes = std::int64_t { 2 } << 30;

// Places are "pairs.parquet[12], row group 0" with the row counted from 0 in the file, ", column gold" behind
// it. BadInput: a file that is damaged, encrypted or cut off, a type that cannot be a cell (cells.h), cells
// that need more than `mostBytes`.
base::Result<std::unique_ptr<data::RowSource>> openParquet(
    const std::filesystem::path& path, std::int64_t mostBytes = kMostBytes);

// Lets data::openRows() open Parquet files in this program.
void registerParquet();

} // namespace msrl::parquet
