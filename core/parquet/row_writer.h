// SPDX-License-Identifier: GPL-3.0-or-later
// Writes rows to a Parquet file that Hugging Face datasets, pandas and this program read.
#pragma once

#include "core/data/media.h"
#include "core/parquet/row_builder.h"

#include <filesystem>

namespace msrl::parquet {

// The bytes of a PNG, JPEG or WebP image, in a file or in the row, as RowBuilder takes them, with the file's
// name. BadInput for what is no such image.
base::Result<base::Json> embeddedImage(const data::Media& image);

// The file appears whole, at finish(); without it nothing is left behind. Row groups are small enough for
// pictures: kGroupRows rows or kGroupBytes.
class RowWriter
{
public:
    static constexpr std::int64_t kGroupRows = 1000;
    static constexpr std::int64_t kGroupBytes = std::int64_t { 64 } << 20;

    // BadInput for a file that is there already.
    static base::Result<RowWriter> create(const std::filesystem::path& file, std::vector<Column> columns);
    RowWriter(RowWriter&&) noexcept;
    ~RowWriter();

    base::Status add(const base::Json& row, const std::string& place);
    base::Status finish();

private:
    struct Sink;
    RowWriter(std::filesystem::path file, std::vector<Column> columns);
    base::Status open();
    base::Status writeGroup();

    std::filesystem::path m_file;
    std::unique_ptr<RowBuilder> m_rows;
    std::unique_ptr<Sink> m_sink;
};

} // namespace msrl::parquet
