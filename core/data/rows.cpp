// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/rows.h"

#include "core/data/csv.h"
#include "core/data/lines.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <fstream>

namespace msrl::data {

namespace {

namespace fs = std::filesystem;
using base::Json;

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kParquetMagic = "PAR1";

std::atomic<RowOpener> parquetOpener { nullptr };

class ArrayRows : public RowSource
{
public:
    ArrayRows(Json array, std::string file)
        : m_array(std::move(array))
        , m_file(std::move(file))
    {
    }

    base::Result<std::optional<JsonRow>> next() override
    {
        if (m_at == m_array.size())
            return std::optional<JsonRow>();
        JsonRow row { std::move(m_array[m_at]), fmt::format("{}[{}]", m_file, m_at) };
        ++m_at;
        if (!row.value.is_object())
            return base::badInput("the row is not a JSON object", row.place);
        return std::optional(std::move(row));
    }

private:
    Json m_array;
    std::string m_file;
    std::size_t m_at = 0;
};

// JSON Lines; blank lines are passed over. A first line that begins with '[' makes it an array.
class LineRows : public RowSource
{
public:
    explicit LineRows(const fs::path& path)
        : m_path(path)
        , m_lines(path)
    {
    }

    base::Result<std::optional<JsonRow>> next() override
    {
        if (m_array)
            return m_array->next();
        for (;;) {
            const auto line = m_lines.next();
            if (!line)
                return line.error();
            if (!*line)
                return std::optional<JsonRow>();
            const std::size_t first = (*line)->find_first_not_of(kSpace);
            if (first == std::string::npos)
                continue;
            if (m_isFirst && (**line)[first] == '[')
                return beginArray();
            m_isFirst = false;
            auto row = base::parseJson(**line, m_lines.place());
            if (!row)
                return row.error();
            if (!row->is_object())
                return base::badInput("the row is not a JSON object", m_lines.place());
            return std::optional(JsonRow { std::move(*row), m_lines.place() });
        }
    }

private:
    base::Result<std::optional<JsonRow>> beginArray()
    {
        auto array = base::readJsonFile(m_path);
        if (!array)
            return array.error();
        m_array.emplace(std::move(*array), m_path.string());
        return m_array->next();
    }

    fs::path m_path;
    LineReader m_lines;
    bool m_isFirst = true;
    std::optional<ArrayRows> m_array;
};

class CsvRows : public RowSource
{
public:
    explicit CsvRows(CsvTable table)
        : m_table(std::move(table))
    {
    }

    base::Result<std::optional<JsonRow>> next() override
    {
        if (m_at == m_table.rows.size())
            return std::optional<JsonRow>();
        JsonRow row { Json::object(), m_table.place(m_at) };
        for (std::size_t c = 0; c < m_table.columns.size(); ++c)
            row.value[m_table.columns[c]] = m_table.rows[m_at][c];
        ++m_at;
        return std::optional(std::move(row));
    }

    std::optional<std::vector<std::string>> columns() const override { return m_table.columns; }

private:
    CsvTable m_table;
    std::size_t m_at = 0;
};

std::string firstBytes(const fs::path& path)
{
    std::array<char, kParquetMagic.size()> bytes {};
    std::ifstream in(path, std::ios::binary);
    in.read(bytes.data(), bytes.size());
    return { bytes.data(), static_cast<std::size_t>(in.gcount()) };
}

} // namespace

void setParquetOpener(RowOpener opener)
{
    parquetOpener = opener;
}

base::Result<std::unique_ptr<RowSource>> openRows(const fs::path& path)
{
    if (firstBytes(path) == kParquetMagic) {
        if (const RowOpener open = parquetOpener)
            return open(path);
        return base::badInput("is a Parquet file, which this program does not read", path.string(),
            "msrl-engine data convert makes JSON Lines of it");
    }
    if (path.extension() == ".parquet")
        return base::badInput("is not a Parquet file: it does not begin with PAR1", path.string());
    if (path.extension() == ".csv") {
        auto table = readCsv(path);
        if (!table)
            return table.error();
        return std::unique_ptr<RowSource>(std::make_unique<CsvRows>(*std::move(table)));
    }
    return std::unique_ptr<RowSource>(std::make_unique<LineRows>(path));
}

base::Result<std::vector<JsonRow>> readJsonRows(const fs::path& path)
{
    const auto source = openRows(path);
    if (!source)
        return source.error();
    std::vector<JsonRow> rows;
    for (;;) {
        auto row = (*source)->next();
        if (!row)
            return row.error();
        if (!*row)
            return rows;
        rows.push_back(std::move(**row));
    }
}

} // namespace msrl::data
