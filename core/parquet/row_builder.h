// SPDX-License-Identifier: GPL-3.0-or-later
// What columns a written Parquet file has, and its rows as Arrow batches.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <memory>
#include <string>
#include <vector>

namespace arrow {
class RecordBatch;
class Schema;
} // namespace arrow

namespace msrl::parquet {

struct Column
{
    enum class Kind { Text, Integer, Real, Image, List, Struct };
    std::string name;
    Kind kind = Kind::Text;
    std::vector<Column> members = {}; // of a struct; the one of a list, whose name does not matter
};

// With the features under which Hugging Face datasets knows images as such.
std::shared_ptr<arrow::Schema> schemaOf(const std::vector<Column>& columns);

// Gathers rows and hands them out together.
class RowBuilder
{
public:
    explicit RowBuilder(std::vector<Column> columns);
    ~RowBuilder();

    // An image is {"bytes": JSON binary or text of bytes, "path": text}; what is missing or null is null in
    // the file. BadInput with `place` for a value that does not fit its column and for a member without a
    // column.
    base::Status add(const base::Json& row, const std::string& place);
    std::int64_t rows() const { return m_rows; }
    std::int64_t bytes() const { return m_bytes; } // of texts and images, since the last take()
    base::Result<std::shared_ptr<arrow::RecordBatch>> take();

    const std::shared_ptr<arrow::Schema>& schema() const { return m_schema; }

private:
    struct Builders;

    std::vector<Column> m_columns;
    std::shared_ptr<arrow::Schema> m_schema; // shared: each batch and the file's writer hold it too
    std::unique_ptr<Builders> m_builders;
    std::int64_t m_rows = 0;
    std::int64_t m_bytes = 0;
};

} // namespace msrl::parquet
