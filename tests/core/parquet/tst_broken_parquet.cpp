// SPDX-License-Identifier: GPL-3.0-or-later
// What is no Parquet, or not what a row may hold, is refused with file, row group, row and column.
#include "core/data/readers.h"
#include "core/parquet/parquet_rows.h"
#include "tests/core/parquet/arrow_files.h"
#include "tests/support/temporary_folder.h"

#include <arrow/api.h>
#include <gmock/gmock.h>

#include <random>

namespace msrl::parquet {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::TemporaryFolder;

namespace fs = std::filesystem;

class BrokenParquet : public testing::Test
{
protected:
    void SetUp() override { registerParquet(); }

    std::string fault(const fs::path& file)
    {
        const auto rows = data::readJsonRows(file);
        if (rows)
            return "accepted";
        EXPECT_EQ(rows.error().code, base::ErrorCode::BadInput);
        const std::string message = rows.error().message();
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
        return message;
    }
    std::string fault(const std::string& name, const arrow::Table& table)
    {
        return fault(m_folder.write(name, tests::parquetOf(table, 2)));
    }

    // One column of these values.
    template <class Builder, class Value>
    static std::shared_ptr<arrow::Table> tableOf(
        Builder builder, const std::vector<Value>& values, const char* name = "cell")
    {
        for (const Value& value : values)
            EXPECT_TRUE(builder.Append(value).ok());
        const auto array = builder.Finish().ValueOrDie();
        return arrow::Table::Make(arrow::schema({ arrow::field(name, array->type()) }), { array });
    }

    TemporaryFolder m_folder;
};

TEST_F(BrokenParquet, cutFilesAndOtherFilesAreRefused)
{
    const std::string whole
        = tests::parquetOf(*tests::tableOfJson("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n"), 2);
    EXPECT_EQ(fault(m_folder.write("whole.parquet", whole)), "accepted");
    for (const std::size_t size :
        { std::size_t { 4 }, std::size_t { 11 }, whole.size() / 2, whole.size() - 1 })
        EXPECT_THAT(fault(m_folder.write("cut.parquet", whole.substr(0, size))),
            AllOf(HasSubstr("cut.parquet"), HasSubstr("damaged or cut off")));
    EXPECT_THAT(fault(m_folder.write("text.parquet", "{\"a\": 1}\n")), HasSubstr("does not begin with PAR1"));
    EXPECT_THAT(fault(m_folder.write("empty.parquet", "")), HasSubstr("does not begin with PAR1"));
    EXPECT_FALSE(data::loadSamples(m_folder / "gone.parquet"));
}

TEST_F(BrokenParquet, anyByteMayBeWrong)
{
    const std::string whole = *base::readFile(fs::path(MSRL_TEST_DATA) / "readers" / "arrow_types.parquet");
    std::mt19937 random(5);
    int refused = 0;
    for (int round = 0; round < 600; ++round) {
        std::string damaged = whole;
        for (int k = 0; k <= round % 3; ++k)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        const auto rows = data::readJsonRows(m_folder.write("damaged.parquet", damaged));
        refused += rows ? 0 : 1;
    }
    EXPECT_GT(refused, 100);
}

TEST_F(BrokenParquet, typesThatAreNoCellsAreNamed)
{
    arrow::DurationBuilder durations(arrow::duration(arrow::TimeUnit::SECOND), arrow::default_memory_pool());
    EXPECT_THAT(
        fault("d.parquet", *tableOf(std::move(durations), std::vector<std::int64_t> { 1, 2 }, "took")),
        AllOf(HasSubstr("d.parquet, column took"), HasSubstr("duration[s]")));
}

TEST_F(BrokenParquet, bytesThatAreNoImageAreNamedWithTheirRow)
{
    const std::string png = "\x89PNG\r\n\x1a\nrest";
    EXPECT_THAT(fault("b.parquet",
                    *tableOf(arrow::BinaryBuilder(), std::vector<std::string> { png, "text", "\xff\xfe\x01" },
                        "photo")),
        AllOf(HasSubstr("b.parquet[2], row group 1, column photo"),
            HasSubstr("neither a PNG, JPEG or WebP image nor a text")));
    // A text column, too, must be one.
    arrow::BinaryBuilder bytes;
    EXPECT_TRUE(bytes.Append("\xff\xfe\x01").ok());
    const auto array = bytes.Finish().ValueOrDie()->View(arrow::utf8()).ValueOrDie();
    const auto texts = arrow::Table::Make(arrow::schema({ arrow::field("query", arrow::utf8()) }), { array });
    EXPECT_THAT(fault("t.parquet", *texts), AllOf(HasSubstr("row group 0, column query"), HasSubstr("UTF8")));
}

TEST_F(BrokenParquet, imagesOfOtherKindsAreNamedWithTheirRow)
{
    const auto type
        = arrow::struct_({ arrow::field("bytes", arrow::binary()), arrow::field("path", arrow::utf8()) });
    auto builder = arrow::MakeBuilder(type).ValueOrDie();
    auto& image = static_cast<arrow::StructBuilder&>(*builder);
    EXPECT_TRUE(image.Append().ok());
    EXPECT_TRUE(static_cast<arrow::BinaryBuilder&>(*image.field_builder(0)).Append("GIF89a").ok());
    EXPECT_TRUE(static_cast<arrow::StringBuilder&>(*image.field_builder(1)).Append("a.gif").ok());
    const auto array = builder->Finish().ValueOrDie();
    EXPECT_THAT(
        fault("g.parquet", *arrow::Table::Make(arrow::schema({ arrow::field("image", type) }), { array })),
        AllOf(HasSubstr("g.parquet[0], row group 0, column image"), HasSubstr("no PNG, JPEG or WebP")));
}

TEST_F(BrokenParquet, cellsThatNeedTooMuchMemoryAreRefused)
{
    const std::vector<std::string> cells(8, std::string(1 << 20, 'x'));
    const auto file
        = m_folder.write("big.parquet", tests::parquetOf(*tableOf(arrow::StringBuilder(), cells)));
    const auto rows = openParquet(file, 1 << 20);
    std::string message = rows ? "opened" : rows.error().message();
    if (rows) {
        const auto row = (*rows)->next();
        message = row ? "accepted" : row.error().message();
    }
    EXPECT_THAT(message, AllOf(HasSubstr("big.parquet"), HasSubstr("memory")));
    const auto enough = openParquet(file, 64 << 20);
    ASSERT_TRUE(enough);
    EXPECT_TRUE((*enough)->next());
}

TEST_F(BrokenParquet, faultsOfRowsHaveTheirPlace)
{
    const std::string rows = R"({"id":"0","task":"text","query":"q","a":"x","b":"y","gold":"A"})"
                             "\n"
                             R"({"id":"1","task":"text","query":"q","a":"x","b":"y","gold":"C"})"
                             "\n";
    const auto samples
        = data::loadSamples(m_folder.write("gold.parquet", tests::parquetOf(*tests::tableOfJson(rows), 1)));
    ASSERT_FALSE(samples);
    EXPECT_THAT(samples.error().message(), HasSubstr("gold.parquet[1], row group 1, field gold"));
    const std::string lacking = R"({"id":"0","task":"text","query":"q","a":"x"})";
    const auto without
        = data::loadSamples(m_folder.write("b.parquet", tests::parquetOf(*tests::tableOfJson(lacking))));
    ASSERT_FALSE(without);
    EXPECT_THAT(without.error().message(), AllOf(HasSubstr("b.parquet[0]"), HasSubstr("field b")));
}

} // namespace
} // namespace msrl::parquet
