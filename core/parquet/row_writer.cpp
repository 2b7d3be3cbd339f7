// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parquet/row_writer.h"

#include "core/base/files.h"
#include "core/data/image_bytes.h"

#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>
#include <unistd.h>

#include <exception>

namespace msrl::parquet {

namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr std::uint64_t kMostImageBytes = std::uint64_t { 256 } << 20;

} // namespace

base::Result<Json> embeddedImage(const data::Media& image)
{
    std::string content; // of a file
    if (!image.inRow()) {
        auto read = base::readFile(image.file, kMostImageBytes);
        if (!read)
            return read.error();
        content = *std::move(read);
    }
    const auto bytes
        = image.inRow() ? data::inRowBytes(image) : base::Result<std::string_view>(std::string_view(content));
    if (!bytes)
        return bytes.error();
    const auto kind = data::imageKindOf(*bytes);
    if (!kind)
        return base::badInput("is not a PNG, JPEG or WebP image", image.name());
    Json out = Json::object();
    out["bytes"] = Json::binary({ bytes->begin(), bytes->end() });
    out["path"] = image.inRow() ? fmt::format("image.{}", *kind == "jpeg" ? "jpg" : *kind)
                                : image.file.filename().string();
    return out;
}

struct RowWriter::Sink
{
    fs::path aside;
    std::shared_ptr<arrow::io::FileOutputStream> stream; // shared: the writer holds it too
    std::unique_ptr<::parquet::arrow::FileWriter> writer;
    bool isWhole = false;

    ~Sink()
    {
        writer.reset();
        stream.reset();
        std::error_code ignored;
        if (!isWhole)
            fs::remove(aside, ignored);
    }
};

RowWriter::RowWriter(fs::path file, std::vector<Column> columns)
    : m_file(std::move(file))
    , m_rows(std::make_unique<RowBuilder>(std::move(columns)))
    , m_sink(std::make_unique<Sink>())
{
}

RowWriter::RowWriter(RowWriter&&) noexcept = default;
RowWriter::~RowWriter() = default;

base::Result<RowWriter> RowWriter::create(const fs::path& file, std::vector<Column> columns)
{
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(file, ignored)))
        return base::badInput("is already there", file.string(), "nothing is overwritten; name another file");
    RowWriter writer(file, std::move(columns));
    if (auto opened = writer.open(); !opened)
        return opened.error();
    return writer;
}

base::Status RowWriter::open()
{
    m_sink->aside = m_file.string() + fmt::format(".{}.tmp", ::getpid());
    auto stream = arrow::io::FileOutputStream::Open(m_sink->aside.string());
    if (!stream.ok())
        return base::badInput("cannot be written: " + stream.status().message(), m_file.string());
    m_sink->stream = *std::move(stream);
    ::parquet::WriterProperties::Builder properties;
    properties.compression(::parquet::Compression::SNAPPY);
    ::parquet::ArrowWriterProperties::Builder arrowProperties;
    arrowProperties.store_schema(); // datasets looks for its features in it
    auto writer = ::parquet::arrow::FileWriter::Open(*m_rows->schema(), arrow::default_memory_pool(),
        m_sink->stream, properties.build(), arrowProperties.build());
    if (!writer.ok())
        return base::failed("cannot be written: " + writer.status().message(), m_file.string());
    m_sink->writer = *std::move(writer);
    return {};
}

base::Status RowWriter::add(const Json& row, const std::string& place)
{
    if (auto added = m_rows->add(row, place); !added)
        return added;
    return m_rows->rows() >= kGroupRows || m_rows->bytes() >= kGroupBytes ? writeGroup() : base::Status();
}

base::Status RowWriter::writeGroup()
{
    auto batch = m_rows->take();
    if (!batch)
        return base::within(batch.error(), m_file.string());
    try {
        const auto table = arrow::Table::FromRecordBatches({ *batch });
        const arrow::Status written
            = table.ok() ? m_sink->writer->WriteTable(**table, (*batch)->num_rows()) : table.status();
        if (!written.ok())
            return base::failed("cannot be written: " + written.message(), m_file.string());
    } catch (const std::exception& e) {
        return base::failed(fmt::format("cannot be written: {}", e.what()), m_file.string());
    }
    return {};
}

base::Status RowWriter::finish()
{
    if (m_rows->rows() > 0) {
        if (auto written = writeGroup(); !written)
            return written;
    }
    arrow::Status closed = m_sink->writer->Close();
    closed &= m_sink->stream->Close();
    if (!closed.ok())
        return base::failed("cannot be written: " + closed.message(), m_file.string());
    if (auto synced = base::syncToDisk(m_sink->aside); !synced)
        return synced;
    std::error_code error;
    fs::rename(m_sink->aside, m_file, error);
    if (error)
        return base::failed("cannot be put in place: " + error.message(), m_file.string());
    m_sink->isWhole = true;
    return base::syncToDisk(fs::absolute(m_file).parent_path());
}

} // namespace msrl::parquet
