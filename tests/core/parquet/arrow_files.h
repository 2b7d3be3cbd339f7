// SPDX-License-Identifier: GPL-3.0-or-later
// Parquet files for tests, by Arrow itself.
#pragma once

#include "core/base/files.h"

#include <arrow/io/memory.h>
#include <arrow/json/reader.h>
#include <arrow/table.h>
#include <parquet/arrow/writer.h>

#include <filesystem>
#include <string>

namespace msrl::tests {

// The rows of JSON lines, with the types that Arrow takes their members for.
inline std::shared_ptr<arrow::Table> tableOfJson(const std::string& lines)
{
    auto options = arrow::json::ReadOptions::Defaults();
    options.use_threads = false;
    const auto input = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(lines));
    auto reader = arrow::json::TableReader::Make(
        arrow::default_memory_pool(), input, options, arrow::json::ParseOptions::Defaults());
    return (*reader)->Read().ValueOrDie();
}

inline std::string parquetOf(const arrow::Table& table, std::int64_t groupRows = 1000)
{
    const auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
    ::parquet::ArrowWriterProperties::Builder keepTypes;
    keepTypes.store_schema();
    const auto status = ::parquet::arrow::WriteTable(table, arrow::default_memory_pool(), sink, groupRows,
        ::parquet::default_writer_properties(), keepTypes.build());
    if (!status.ok())
        throw std::runtime_error(status.ToString());
    return sink->Finish().ValueOrDie()->ToString();
}

} // namespace msrl::tests
