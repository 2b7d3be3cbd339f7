// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/csv.h"
#include "core/data/readers.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <fstream>

namespace msrl::data {
namespace {

using tests::TemporaryFolder;

using testing::HasSubstr;

class Formats : public testing::Test
{
protected:
    std::filesystem::path write(const std::string& name, const std::string& text)
    {
        const auto path = m_folder.path() / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    std::string fault(const std::filesystem::path& path, const std::string& format)
    {
        const auto samples = loadSamples(path, { .format = format });
        return samples ? "accepted" : samples.error().message();
    }

    TemporaryFolder m_folder;
};

const std::string kRow
    = R"({"domain":"general","language":"en","context":[{"role":"user","content":"Hi"},)"
      R"({"role":"assistant","content":"Hello"},{"role":"user","content":"2+2?"}],)"
      R"("response1":"4","response2":"5","overall_preference":-2,"individual_preference":[]})";

TEST_F(Formats, helpSteer3RowsBecomeTextSamples)
{
    std::string tie = kRow;
    tie.replace(tie.find("-2"), 2, "0");
    std::string second = kRow;
    second.replace(second.find("-2"), 2, "3");
    const auto samples = loadSamples(
        write("train.jsonl", kRow + "\n" + tie + "\n" + second + "\n"), { .format = "helpsteer3" });
    ASSERT_TRUE(samples.ok()) << samples.error().message();
    ASSERT_EQ(samples->size(), 3u);
    const Sample& first = samples->front();
    EXPECT_EQ(first.task, TaskType::Text);
    EXPECT_EQ(first.query, "2+2?");
    EXPECT_EQ(first.context, "user: Hi\n\nassistant: Hello");
    EXPECT_EQ(first.responseA, "4");
    EXPECT_EQ(first.responseB, "5");
    EXPECT_EQ(first.gold, Side::A);
    EXPECT_EQ((*samples)[1].gold, std::nullopt);
    EXPECT_EQ((*samples)[2].gold, Side::B);
    // What was read is a row of our own format too.
    const auto again = sampleFromJson(sampleToJson(first), "again", {});
    ASSERT_TRUE(again.ok()) << again.error().message();
    EXPECT_EQ(again->context, first.context);
}

TEST_F(Formats, brokenHelpSteer3RowsAreRefusedWithTheirPlace)
{
    std::string row = kRow;
    row.replace(row.find("-2"), 2, "4");
    EXPECT_THAT(fault(write("a.jsonl", kRow + "\n" + row), "helpsteer3"),
        testing::AllOf(HasSubstr("a.jsonl:2"), HasSubstr("overall_preference")));
    row = kRow;
    row.replace(row.find("response2"), 9, "response9");
    EXPECT_THAT(fault(write("b.jsonl", row), "helpsteer3"), HasSubstr("response2"));
    row = kRow;
    row.replace(row.rfind("\"user\""), 6, "\"assistant\"");
    EXPECT_THAT(fault(write("c.jsonl", row), "helpsteer3"), HasSubstr("field context"));
}

TEST_F(Formats, tablesKeepQuotedCellsWhole)
{
    const auto table = readCsv(write("t.csv",
        "\xEF\xBB\xBF"
        "a,b\r\n\"1,\n\"\"x\"\"\",2\r\n,\n\nlast,"));
    ASSERT_TRUE(table.ok()) << table.error().message();
    ASSERT_EQ(table->rows.size(), 3u);
    EXPECT_EQ(table->columns, (std::vector<std::string> { "a", "b" }));
    EXPECT_EQ(table->rows[0], (std::vector<std::string> { "1,\n\"x\"", "2" }));
    EXPECT_EQ(table->rows[1], (std::vector<std::string> { "", "" }));
    EXPECT_EQ(table->rows[2], (std::vector<std::string> { "last", "" }));
    EXPECT_EQ(table->lines, (std::vector<std::size_t> { 2, 4, 6 }));
    EXPECT_THAT(readCsv(write("u.csv", "a,b\n1\n")).error().message(), HasSubstr("u.csv:2, column b"));
    EXPECT_THAT(readCsv(write("u.csv", "a,b\n1,2,3\n")).error().message(), HasSubstr("u.csv:2, column 3"));
    EXPECT_THAT(
        readCsv(write("v.csv", "a,b\n1,\"2\n")).error().message(), HasSubstr("v.csv:2, column b: a quote"));
    EXPECT_THAT(
        readCsv(write("w.csv", "a,b\n\"1\"x,2\n")).error().message(), HasSubstr("w.csv:2, column a: text"));
}

TEST_F(Formats, aTableThatMeansNothingForSureIsRefusedWithItsColumn)
{
    using namespace std::string_literals;
    const auto refusal = [&](const std::string& text) {
        const auto table = readCsv(write("t.csv", text));
        return table.ok() ? "accepted" : table.error().message();
    };
    EXPECT_THAT(refusal("a,b\n1,2\n3,\xFF\xFE\n"),
        testing::AllOf(HasSubstr("t.csv:3, column b"), HasSubstr("UTF-8")));
    EXPECT_THAT(refusal("a,b\n1,x\0y\n"s), HasSubstr("t.csv:2, column b"));
    EXPECT_THAT(refusal("a,\xFF\n1,2\n"), HasSubstr("t.csv:1, column 2"));
    EXPECT_THAT(refusal("a,b,a\n1,2,3\n"), HasSubstr("t.csv:1, column a: comes twice"));
    EXPECT_EQ(refusal("a,,\n1,,\n"), "accepted");
}

TEST_F(Formats, videogenTablesBecomeVideoPairs)
{
    const std::string head = "path_A,path_B,A_model,B_model,prompt,VQ,MQ,TA,Overall\n";
    const auto samples = loadSamples(write("videogen-rewardbench.csv",
        head
            + "v/0.mp4,v/1.mp4,m,n,\"A cat,\nasleep\",A,A,A,B\n"
              "v/2.mp4,v/3.mp4,m,n,dog,A,A,A,same\n"));
    ASSERT_TRUE(samples.ok()) << samples.error().message();
    EXPECT_EQ(samples->front().task, TaskType::VideoGeneration);
    EXPECT_EQ(samples->front().query, "A cat,\nasleep");
    EXPECT_EQ(samples->front().mediaB->file, m_folder.path() / "v/1");
    // A table beside the videos themselves names those.
    m_folder.write("v/0.mp4", "x");
    EXPECT_EQ(loadSamples(m_folder.path() / "videogen-rewardbench.csv")->front().mediaA->file,
        m_folder.path() / "v/0.mp4");
    EXPECT_EQ(samples->front().gold, Side::B);
    EXPECT_EQ(samples->back().gold, std::nullopt);
    EXPECT_THAT(fault(write("q.csv", head + "v/0.mp4,v/1.mp4,m,n,dog,A,A,A,equal\n"), "videogen-csv"),
        testing::AllOf(HasSubstr("q.csv:2"), HasSubstr("column Overall")));
    EXPECT_THAT(fault(write("s.csv", head + "v/0.mp4,  ,m,n,dog,A,A,A,A\n"), "videogen-csv"),
        HasSubstr("s.csv:2, column path_B"));
    EXPECT_THAT(fault(write("r.csv", "path_A,prompt\nx,y\n"), "videogen-csv"), HasSubstr("path_B"));
}

} // namespace
} // namespace msrl::data
