// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a data file, whatever holds them: JSON Lines (plain or gzipped), one JSON array, a csv table or
// Parquet.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace msrl::data {

struct JsonRow
{
    base::Json value; // an object; a cell of a csv table is a text
    std::string place; // "train.jsonl:12", "all.json[11]", or "pairs.parquet[11], row group 0"
};

// One row after the other, so that a file need not fit into memory.
class RowSource
{
public:
    RowSource() = default;
    RowSource(const RowSource&) = delete;
    RowSource& operator=(const RowSource&) = delete;
    virtual ~RowSource() = default;

    // Nothing at the end. After an error there are no more rows.
    virtual base::Result<std::optional<JsonRow>> next() = 0;

    // Names of the columns where the file itself has them (csv, Parquet); "image.path" for a member of a
    // column. Nothing for JSON.
    virtual std::optional<std::vector<std::string>> columns() const { return std::nullopt; }
};

// What a file is, is told by its first bytes ("PAR1": Parquet; '[': an array) and by the ending .csv.
// BadInput for a file that cannot be read as what it is, with its place.
base::Result<std::unique_ptr<RowSource>> openRows(const std::filesystem::path& path);

// Every row.
base::Result<std::vector<JsonRow>> readJsonRows(const std::filesystem::path& path);

// Parquet needs a library of its own, which not every program carries: core/parquet puts its opener here.
// Without one, Parquet files are refused.
using RowOpener = base::Result<std::unique_ptr<RowSource>> (*)(const std::filesystem::path& path);
void setParquetOpener(RowOpener opener);

} // namespace msrl::data
