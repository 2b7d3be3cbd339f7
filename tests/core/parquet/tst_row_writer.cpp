// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/media_paths.h"
#include "core/data/readers.h"
#include "core/parquet/parquet_rows.h"
#include "core/parquet/row_writer.h"
#include "core/parquet/sample_rows.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace msrl::parquet {
namespace {

using base::Json;
using testing::HasSubstr;
using tests::TemporaryFolder;
using Kind = Column::Kind;

const std::string kPng = std::string("\x89PNG\r\n\x1a\n and \0 more", 18);

std::vector<std::filesystem::path> filesIn(const TemporaryFolder& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        files.push_back(entry.path().filename());
    return files;
}

TEST(RowWriter, whatIsWrittenIsReadAgain)
{
    registerParquet();
    const TemporaryFolder folder;
    folder.write("i/0.png", kPng);
    std::vector<data::Sample> samples(2);
    samples[0].id = "0";
    samples[0].task = data::TaskType::ImageGeneration;
    samples[0].query = "q";
    samples[0].mediaA = data::Media { data::Media::Kind::Image, "i/0.png", folder / "i/0.png" };
    samples[0].mediaB = samples[0].mediaA;
    samples[0].gold = data::Side::B;
    samples[0].weight = 0.5;
    samples[1].id = "1";
    samples[1].task = data::TaskType::VideoUnderstanding;
    samples[1].query = "ä";
    samples[1].media
        = { { data::Media::Kind::Video, "v/1.mp4", folder / "v/1.mp4", 4, data::FrameRule::HuggingFace } };
    samples[1].responseA = "x";
    samples[1].responseB = "";
    auto writer = RowWriter::create(folder / "out.parquet", sampleColumns());
    ASSERT_TRUE(writer) << writer.error().message();
    for (const data::Sample& sample : samples) {
        const auto row = sampleRow(sample);
        ASSERT_TRUE(row) << row.error().message();
        ASSERT_TRUE(writer->add(*row, sample.id));
    }
    ASSERT_TRUE(writer->finish());
    const auto read = data::loadSamples(folder / "out.parquet");
    ASSERT_TRUE(read) << read.error().message();
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(*data::inRowBytes(*(*read)[0].mediaA), kPng);
    Json wanted = data::sampleToJson(samples[0]);
    wanted["media_a"]["image"] = wanted["media_b"]["image"] = (*read)[0].mediaA->dataUri();
    EXPECT_EQ(data::sampleToJson((*read)[0]), wanted);
    EXPECT_EQ(data::sampleToJson((*read)[1]), data::sampleToJson(samples[1]));
}

TEST(RowWriter, aFileIsWholeOrNotThere)
{
    registerParquet();
    const TemporaryFolder folder;
    {
        auto writer = RowWriter::create(folder / "out.parquet", { { "text" }, { "number", Kind::Integer } });
        ASSERT_TRUE(writer);
        ASSERT_TRUE(writer->add(Json { { "text", "x" }, { "number", 1 } }, "row 0"));
        EXPECT_THAT(
            writer->add(Json { { "text", 7 } }, "row 1").error().message(), HasSubstr("row 1, column text"));
        EXPECT_THAT(
            writer->add(Json { { "txet", "x" } }, "row 2").error().message(), HasSubstr("member txet"));
    }
    EXPECT_THAT(filesIn(folder), testing::IsEmpty());
    folder.write("there.parquet", "x");
    EXPECT_THAT(RowWriter::create(folder / "there.parquet", { { "text" } }).error().message(),
        HasSubstr("already there"));
    EXPECT_FALSE(RowWriter::create(folder / "no" / "folder.parquet", { { "text" } }));
}

TEST(RowWriter, manyRowsAreManyGroups)
{
    registerParquet();
    const TemporaryFolder folder;
    auto writer = RowWriter::create(folder / "out.parquet", { { "number", Kind::Integer } });
    const std::int64_t count = 2 * RowWriter::kGroupRows + 1;
    for (std::int64_t i = 0; i < count; ++i)
        ASSERT_TRUE(writer->add(Json { { "number", i } }, "row"));
    ASSERT_TRUE(writer->finish());
    const auto rows = data::readJsonRows(folder / "out.parquet");
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
        EXPECT_EQ((*rows)[static_cast<std::size_t>(i)].value["number"], i);
    EXPECT_THAT(rows->back().place, HasSubstr("row group 2"));
}

TEST(RowWriter, onlyImagesAreEmbedded)
{
    const TemporaryFolder folder;
    folder.write("a.png", kPng);
    folder.write("a.gif", "GIF89a");
    const auto embedded = [&](const char* name) { return embeddedImage(data::imageAt(name, folder.path())); };
    const auto image = embedded("a.png");
    ASSERT_TRUE(image);
    EXPECT_EQ((*image)["path"], "a.png");
    EXPECT_THAT(embedded("a.gif").error().message(), HasSubstr("a.gif"));
    EXPECT_FALSE(embedded("gone.png"));
}

} // namespace
} // namespace msrl::parquet
