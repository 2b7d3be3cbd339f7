// SPDX-License-Identifier: GPL-3.0-or-later
// What is read from Parquet is what is read from the same rows as JSON lines.
#include "core/base/base64.h"
#include "core/data/contest.h"
#include "core/data/readers.h"
#include "core/parquet/parquet_rows.h"
#include "tests/core/parquet/arrow_files.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace msrl::parquet {
namespace {

using base::Json;
using data::JsonRow;
using testing::HasSubstr;
using testing::StartsWith;
using tests::TemporaryFolder;

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(MSRL_TEST_DATA) / "readers";

class ParquetRows : public testing::Test
{
protected:
    void SetUp() override { registerParquet(); }

    static std::vector<JsonRow> rowsOf(const fs::path& file)
    {
        auto rows = data::readJsonRows(file);
        EXPECT_TRUE(rows) << rows.error().message();
        return rows ? *std::move(rows) : std::vector<JsonRow>();
    }

    // The rows of `file` as Parquet, in row groups of two.
    fs::path asParquet(const fs::path& file)
    {
        std::string lines;
        for (const JsonRow& row : rowsOf(file))
            lines += row.value.dump() + "\n";
        return m_folder.write(
            file.stem().string() + ".parquet", tests::parquetOf(*tests::tableOfJson(lines), 2));
    }

    void expectSameSamples(const fs::path& file, const std::string& format)
    {
        const auto wanted = data::loadSamples(file, { .format = format, .mediaRoot = "/m" });
        const auto read = data::loadSamples(asParquet(file), { .format = format, .mediaRoot = "/m" });
        ASSERT_TRUE(wanted) << wanted.error().message();
        ASSERT_TRUE(read) << read.error().message();
        ASSERT_EQ(read->size(), wanted->size());
        for (std::size_t i = 0; i < read->size(); ++i) {
            EXPECT_EQ(data::sampleToJson((*read)[i]), data::sampleToJson((*wanted)[i]));
            EXPECT_EQ((*read)[i].allMedia(), (*wanted)[i].allMedia());
        }
    }

    TemporaryFolder m_folder;
};

TEST_F(ParquetRows, everyFormatReadsTheSameSamplesAsFromJson)
{
    expectSameSamples(kFolder / "rationale_free_data_sample.json", "gram");
    expectSameSamples(kFolder / "llava_critic_pairs.jsonl", "llava-critic");
    expectSameSamples(kFolder / "rapidata_t2i.jsonl", "rapidata");
    expectSameSamples(kFolder / "rapidata_t2v.csv", "rapidata");
    expectSameSamples(
        m_folder.write("helpsteer.jsonl",
            R"({"domain":"g","context":[{"role":"user","content":"Hi"}],"response1":"4","response2":"5",)"
            R"("overall_preference":-2,"individual_preference":[{"score":-1,"reasoning":"r"}]})"),
        "helpsteer3");
    expectSameSamples(m_folder.write("videogen-rewardbench.csv",
                          "path_A,path_B,prompt,VQ,Overall\nv/0.mp4,v/1.mp4,cat,A,B\n"),
        "videogen-csv");
    // A column is of one type: rows that differ there are files of their own.
    std::vector<std::string> kinds(2);
    for (const JsonRow& row : rowsOf(kFolder / "sft_dpo_pairs.jsonl"))
        kinds[row.value["video"].is_string() ? 0 : 1] += row.value.dump() + "\n";
    for (const std::string& lines : kinds)
        expectSameSamples(m_folder.write("videos.jsonl", lines), "sharegptvideo");
    for (JsonRow& row : rowsOf(kFolder / "swift.jsonl")) {
        // Paths in a struct and paths alone do not go into one column.
        if (const auto images = row.value.find("images"); images != row.value.end() && images->is_array()) {
            for (Json& image : *images)
                image = image.is_object() ? image : Json { { "path", image } };
        }
        expectSameSamples(m_folder.write("swift.jsonl", row.value.dump()), "ms-swift");
    }
    for (const JsonRow& row : rowsOf(kFolder / "unifiedreward.json"))
        expectSameSamples(m_folder.write("unified.jsonl", row.value.dump()), "unifiedreward");
}

TEST_F(ParquetRows, ourOwnRowsKeepEveryMember)
{
    const std::string pixel = "data:image/png;base64," + base::base64Encode("\x89PNG\r\n\x1a\n and more");
    const fs::path file = m_folder.write("own.jsonl",
        R"({"id":"0","task":"image_understanding","query":"q","media":[{"image":"i/0.png"},{"image":")"
            + pixel
            + R"("}],"a":"x","b":"y","gold":"B","caption":"a cat","weight":0.25,"source":"s"})"
              "\n"
              R"({"id":"1","task":"text","context":"c","query":"q","a":"x","b":"y"})"
              "\n"
              R"({"id":"2","task":"video_generation","query":"q","media_a":{"video":"a.mp4","frames":4,"frame_rule":"hf"},)"
              R"("media_b":{"video":"b"},"gold":"A","completion":"<answer>A</answer>"})"
              "\n");
    expectSameSamples(file, "");
    const auto contests = data::loadContests(m_folder / "own.parquet");
    ASSERT_TRUE(contests) << contests.error().message();
    EXPECT_EQ(contests->size(), 3U);
    // Responses of a contest come as a list.
    const auto many = m_folder.write("many.parquet",
        tests::parquetOf(*tests::tableOfJson(
            R"({"id":"0","task":"text","query":"q","responses":["x","y","z"],"gold":2})")));
    EXPECT_EQ(data::loadContests(many)->front().gold, 2U);
}

TEST_F(ParquetRows, filesOfHuggingFaceDatasetsGiveTheirImages)
{
    const auto rows = rowsOf(kFolder / "hf_pairs.parquet");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_THAT(rows[0].place, HasSubstr("hf_pairs.parquet[0], row group 0"));
    EXPECT_THAT(rows[0].value["image"].get<std::string>(), StartsWith("data:image/png;base64,iVBORw0KGgo"));
    EXPECT_THAT(rows[1].value["image"].get<std::string>(), StartsWith("data:image/jpeg;base64,/9j/"));
    EXPECT_FALSE(rows[2].value.contains("image"));
    EXPECT_EQ(rows[0].value["pages"], Json::array());
    ASSERT_EQ(rows[1].value["pages"].size(), 2U);
    EXPECT_THAT(rows[1].value["pages"][1].get<std::string>(), StartsWith("data:image/webp;base64,UklGR"));
    EXPECT_EQ(rows[1].value["query"], "Wie groß? 多少");
    EXPECT_EQ(rows[1].value["human_ranking"], Json::array({ 1, 0 }));
    EXPECT_EQ(rows[1].value["judge"], 1);
    EXPECT_FALSE(rows[0].value.contains("note"));

    const auto map = data::ColumnMap::parseText(
        "id=id, query=query, responses=response, images=pages, gold=human_ranking.0, gold:0=A, gold:1=B",
        "map");
    const auto samples = data::loadSamples(kFolder / "hf_pairs.parquet", { .columns = *map });
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_EQ((*samples)[0].task, data::TaskType::Text); // it has no pages
    EXPECT_EQ((*samples)[1].task, data::TaskType::ImageUnderstanding);
    EXPECT_EQ((*samples)[1].gold, data::Side::B);
    EXPECT_EQ((*samples)[1].responseA, "6");
    ASSERT_EQ((*samples)[1].media.size(), 2U);
    EXPECT_THAT(*data::inRowBytes((*samples)[1].media[0]), StartsWith("\x89PNG"));
    EXPECT_THAT(*data::inRowBytes((*samples)[1].media[1]), StartsWith("RIFF"));
}

TEST_F(ParquetRows, everyKindOfCellBecomesJson)
{
    const auto rows = rowsOf(kFolder / "arrow_types.parquet");
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_THAT(rows[3].place, HasSubstr("[3], row group 1"));
    const auto column = [&](const char* name) {
        Json values = Json::array();
        for (const JsonRow& row : rows)
            values.push_back(row.value.value(name, Json()));
        return values.dump();
    };
    EXPECT_EQ(column("name"), R"(["n0","n1","n0","n1","n0"])");
    EXPECT_EQ(column("text"), R"(["a",null,"ä","","e"])");
    EXPECT_EQ(column("small"), "[1,-2,3,null,5]");
    EXPECT_EQ(column("large"), "[18446744073709551615,0,1,2,3]");
    EXPECT_EQ(rows[2].value["real"], -1.25);
    EXPECT_EQ(column("truth"), "[true,false,null,true,false]");
    EXPECT_EQ(rows[4].value["day"], "2025-02-03");
    EXPECT_EQ(column("price"), R"([null,"1.00","2.00","3.00","4.00"])");
    EXPECT_EQ(column("turns"),
        R"([[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"}],[],null,[{"role":"user"}],[null]])");
    EXPECT_EQ(column("pair"), "[[0,1],[1,2],[2,3],[3,4],[4,5]]");
    EXPECT_EQ(column("scores"), R"([{"x":1.5},{},null,{"y":null,"z":2.0},{}])");
    EXPECT_THAT(rows[0].value["photo"].get<std::string>(), StartsWith("data:image/png;base64,"));
    EXPECT_EQ(rows[4].value["photo"], "plain text");
    EXPECT_EQ(rows[0].value["photos"].size(), 2U);
    EXPECT_EQ(rows[0].value["linked"], "pictures/0.png");
    EXPECT_FALSE(rows[1].value.contains("linked"));
    EXPECT_EQ(rows[3].value["linked"], rows[4].value["linked"]);
    EXPECT_EQ(rows[3].value["linked"], rows[0].value["photo"]);
}

TEST_F(ParquetRows, namesItsColumns)
{
    const auto source = data::openRows(kFolder / "arrow_types.parquet");
    ASSERT_TRUE(source) << source.error().message();
    const auto names = (*source)->columns();
    ASSERT_TRUE(names);
    EXPECT_THAT(*names, testing::Contains("turns"));
    EXPECT_THAT(*names, testing::Contains("turns.content"));
    EXPECT_THAT(*names, testing::Contains("linked"));
    EXPECT_THAT(*names, testing::Not(testing::Contains("linked.bytes"))); // one cell
    const auto map = data::ColumnMap::parseText("query=txet, a=name, b=name", "map");
    const auto samples = data::loadSamples(kFolder / "arrow_types.parquet", { .columns = *map });
    ASSERT_FALSE(samples);
    EXPECT_THAT(samples.error().message(), HasSubstr("did you mean 'text'?"));
}

TEST_F(ParquetRows, rowsComeInTheirOrderOverManyBatchesAndGroups)
{
    std::string lines;
    for (int i = 0; i < 1000; ++i)
        lines += R"({"id":")" + std::to_string(i) + R"(","task":"text","query":"q","a":"x","b":")"
            + std::string(static_cast<std::size_t>(i % 83), 'y') + "\"}\n";
    const auto file = m_folder.write("many.parquet", tests::parquetOf(*tests::tableOfJson(lines), 300));
    const auto samples = data::loadSamples(file);
    ASSERT_TRUE(samples) << samples.error().message();
    ASSERT_EQ(samples->size(), 1000U);
    for (std::size_t i = 0; i < samples->size(); ++i) {
        EXPECT_EQ((*samples)[i].id, std::to_string(i));
        EXPECT_EQ((*samples)[i].responseB.size(), i % 83);
        EXPECT_THAT((*samples)[i].place,
            testing::EndsWith("[" + std::to_string(i) + "], row group " + std::to_string(i / 300)));
    }
}

} // namespace
} // namespace msrl::parquet
