// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parquet/parquet_rows.h"

#include "core/parquet/cells.h"

#include <arrow/array/array_base.h>
#include <arrow/io/file.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/utf8.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <algorithm>
#include <exception>
#include <mutex>

namespace msrl::parquet {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kBatchRows = 64;

base::Error fault(const arrow::Status& status, const std::string& place)
{
    const std::string what = status.message().substr(0, status.message().find('\n'));
    if (status.IsOutOfMemory())
        return base::badInput("the cells need more memory than one file may: " + what, place,
            "write the file with smaller row groups");
    return base::badInput("cannot be read as Parquet: " + what, place, "the file may be damaged or cut off");
}

// Names of columns are the file's and may be damaged too.
base::Error inOneLine(base::Error error)
{
    for (std::string* text : { &error.what, &error.place })
        std::replace_if(
            text->begin(), text->end(), [](char c) { return c >= 0 && c < ' '; }, '?');
    return error;
}

class ParquetRows : public data::RowSource
{
public:
    ParquetRows(const fs::path& path, std::int64_t mostBytes)
        : m_file(path.string())
        , m_pool(arrow::system_memory_pool(), mostBytes)
    {
    }

    base::Status open()
    {
        try {
            auto opened = tryOpen();
            return opened ? opened : inOneLine(opened.error());
        } catch (const std::exception& e) {
            return fault(arrow::Status::Invalid(e.what()), m_file);
        }
    }

    base::Result<std::optional<data::JsonRow>> next() override
    {
        try {
            auto row = tryNext();
            return row ? std::move(row) : inOneLine(row.error());
        } catch (const std::bad_alloc&) {
            return fault(arrow::Status::OutOfMemory("allocation failed"), groupPlace());
        } catch (const std::exception& e) {
            return fault(arrow::Status::Invalid(e.what()), groupPlace());
        }
    }

    std::optional<std::vector<std::string>> columns() const override
    {
        std::vector<std::string> names;
        for (const auto& field : m_schema->fields())
            addColumnNames(*field, {}, names);
        return names;
    }

private:
    base::Status tryOpen()
    {
        static std::once_flag once;
        std::call_once(once, arrow::util::InitializeUTF8);
        const auto file = arrow::io::ReadableFile::Open(m_file, &m_pool);
        if (!file.ok())
            return fault(file.status(), m_file);
        ::parquet::ReaderProperties properties(&m_pool);
        properties.enable_buffered_stream();
        ::parquet::ArrowReaderProperties arrowProperties(false);
        arrowProperties.set_batch_size(kBatchRows);
        arrowProperties.set_pre_buffer(false);
        ::parquet::arrow::FileReaderBuilder builder;
        if (const auto opened = builder.Open(*file, properties); !opened.ok())
            return fault(opened, m_file);
        builder.memory_pool(&m_pool)->properties(arrowProperties);
        auto reader = builder.Build();
        if (!reader.ok())
            return fault(reader.status(), m_file);
        m_reader = std::move(*reader);
        if (const auto read = m_reader->GetSchema(&m_schema); !read.ok())
            return fault(read, m_file);
        for (const auto& field : m_schema->fields()) {
            if (auto named = checkName(field->name(), m_file); !named)
                return named;
            if (m_schema->GetAllFieldIndices(field->name()).size() > 1)
                return base::badInput("the file has this column twice", columnPlace(m_file, field->name()));
            if (auto fits = checkType(*field->type(), columnPlace(m_file, field->name())); !fits)
                return fits;
        }
        return {};
    }

    base::Result<std::optional<data::JsonRow>> tryNext()
    {
        while (!m_batch || m_inBatch == m_batch->num_rows()) {
            const auto more = readBatch();
            if (!more)
                return more.error();
            if (!*more)
                return std::optional<data::JsonRow>();
        }
        data::JsonRow row { base::Json::object(),
            fmt::format("{}[{}], row group {}", m_file, m_number, m_group) };
        for (int c = 0; c < m_batch->num_columns(); ++c) {
            auto cell
                = cellJson(*m_batch->column(c), m_inBatch, columnPlace(row.place, m_batch->column_name(c)));
            if (!cell)
                return cell.error();
            // As in JSON Lines, a row has no member that it has no value for.
            if (!cell->is_null())
                row.value[m_batch->column_name(c)] = *std::move(cell);
        }
        ++m_inBatch;
        ++m_number;
        return std::optional(std::move(row));
    }

    // False at the end of the file.
    base::Result<bool> readBatch()
    {
        m_batch.reset();
        m_inBatch = 0;
        for (;;) {
            if (!m_batches) {
                if (m_group + 1 >= m_reader->num_row_groups())
                    return false;
                ++m_group;
                auto batches = m_reader->GetRecordBatchReader({ m_group });
                if (!batches.ok())
                    return fault(batches.status(), groupPlace());
                m_batches = std::move(*batches);
            }
            if (const auto read = m_batches->ReadNext(&m_batch); !read.ok())
                return fault(read, groupPlace());
            if (m_batch)
                break;
            m_batches.reset();
        }
        for (int c = 0; c < m_batch->num_columns(); ++c) {
            if (const auto valid = m_batch->column(c)->ValidateFull(); !valid.ok())
                return fault(valid, columnPlace(groupPlace(), m_batch->column_name(c)));
        }
        return true;
    }

    std::string groupPlace() const
    {
        return m_group < 0 ? m_file : fmt::format("{}, row group {}", m_file, m_group);
    }

    static std::string columnPlace(const std::string& place, const std::string& column)
    {
        return fmt::format("{}, column {}", place, column);
    }

    std::string m_file;
    arrow::CappedMemoryPool m_pool; // outlives what is allocated from it
    std::unique_ptr<::parquet::arrow::FileReader> m_reader;
    std::shared_ptr<arrow::Schema> m_schema; // shared, as the batch: Arrow hands them out so
    std::unique_ptr<arrow::RecordBatchReader> m_batches; // of m_group
    std::shared_ptr<arrow::RecordBatch> m_batch;
    int m_group = -1;
    std::int64_t m_inBatch = 0;
    std::int64_t m_number = 0; // of the next row, in the file
};

} // namespace

base::Result<std::unique_ptr<data::RowSource>> openParquet(const fs::path& path, std::int64_t mostBytes)
{
    auto rows = std::make_unique<ParquetRows>(path, mostBytes);
    if (auto opened = rows->open(); !opened)
        return opened.error();
    return std::unique_ptr<data::RowSource>(std::move(rows));
}

void registerParquet()
{
    data::setParquetOpener([](const fs::path& path) { return openParquet(path); });
}

} // namespace msrl::parquet
