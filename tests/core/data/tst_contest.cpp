// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/contest.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace msrl::data {
namespace {

using tests::TemporaryFolder;

std::string refusal(const std::string& row)
{
    const TemporaryFolder folder;
    const auto contests = loadContests(folder.write("rows.jsonl", row + "\n"));
    EXPECT_FALSE(contests) << row;
    return contests ? std::string() : contests.error().message();
}

TEST(Contest, readsPairsAndListsOfCandidates)
{
    const TemporaryFolder folder;
    const auto path = folder.write("rows.jsonl",
        R"({"id":"p","task":"text","query":"q","a":"x","b":"y","gold":"B"}
{"id":"n","task":"text","query":"q","context":"c","responses":["x","y","z"],"gold":2}
{"id":"g","task":"image_generation","query":"q","candidates":[{"image":"0.png"},{"image":"1.png"}],)"
        R"("candidate_captions":["zero","one"]}
)");
    const auto contests = loadContests(path);
    ASSERT_TRUE(contests) << contests.error().message();
    ASSERT_EQ(contests->size(), 3U);
    const Contest& pair = (*contests)[0];
    EXPECT_TRUE(pair.isPair);
    EXPECT_EQ(pair.pair(0, 1).responseB, "y");
    EXPECT_EQ(pair.pair(0, 1).gold, Side::B);
    EXPECT_EQ(pair.pair(1, 0).gold, Side::A);
    const Contest& list = (*contests)[1];
    EXPECT_FALSE(list.isPair);
    EXPECT_EQ(list.pair(2, 1).responseA, "z");
    EXPECT_EQ(list.pair(2, 1).context, "c");
    EXPECT_EQ(list.pair(2, 1).gold, Side::A);
    EXPECT_EQ(list.pair(0, 1).gold, std::nullopt); // the best one does not take part
    const Contest& images = (*contests)[2];
    EXPECT_EQ(images.pair(1, 0).mediaA->file, folder.path() / "1.png");
    EXPECT_EQ(images.pair(1, 0).captionB, "zero");
}

TEST(Contest, columnsOfOtherNamesMakePairsAndLists)
{
    const TemporaryFolder folder;
    const auto path = folder.write("rows.jsonl", R"({"question":"q","outputs":["x","y","z"],"best":2}
{"question":"r","outputs":["x","y"],"best":"B"}
{"question":"s","outputs":["x","y"],"best":0}
)");
    LoadOptions options;
    options.columns = *ColumnMap::parse({ "query=question", "responses=outputs", "gold=best" }, "--map");
    const auto contests = loadContests(path, options);
    ASSERT_TRUE(contests) << contests.error().message();
    ASSERT_EQ(contests->size(), 3U);
    EXPECT_EQ((*contests)[0].candidates.size(), 3U);
    EXPECT_EQ((*contests)[0].gold, 2U);
    EXPECT_EQ((*contests)[0].question.query, "q");
    EXPECT_TRUE((*contests)[1].isPair);
    EXPECT_EQ((*contests)[1].gold, 1U);
    EXPECT_EQ((*contests)[2].gold, 0U);

    options.columns = *ColumnMap::parse({ "query=quesiton", "responses=outputs" }, "--map");
    const auto wrong = loadContests(path, options);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message().find("did you mean 'question'?"), std::string::npos)
        << wrong.error().message();

    const auto pictures = folder.write("pictures.jsonl", R"({"q":"q","p":["0.png","1.png","2.png"]}
)");
    options.columns = *ColumnMap::parse({ "query=q", "candidates=p" }, "--map");
    const auto images = loadContests(pictures, options);
    ASSERT_TRUE(images) << images.error().message();
    EXPECT_EQ(images->front().question.task, TaskType::ImageGeneration);
    EXPECT_EQ(images->front().candidates[2].media->file, folder.path() / "2.png");
}

TEST(Contest, refusesBrokenListsWithTheirPlace)
{
    const auto expect = [](const std::string& row, const std::string& field, const std::string& what) {
        const std::string message = refusal(row);
        EXPECT_NE(message.find("rows.jsonl:1"), std::string::npos) << message;
        EXPECT_NE(message.find(field), std::string::npos) << message;
        EXPECT_NE(message.find(what), std::string::npos) << message;
    };
    const std::string start = R"({"id":"n","task":"text","query":"q",)";
    expect(start + R"("responses":["x"]})", "field responses", "1 members");
    expect(start + R"("responses":"x"})", "field responses", "not a list");
    expect(start + R"("responses":["x",3]})", "field a", "");
    expect(start + R"("responses":["x","y"],"gold":2})", "field gold", "0 to 1");
    expect(start + R"("responses":["x","y"],"gold":"A"})", "field gold", "0 to 1");
    expect(start + R"("responses":["x","y"],"a":"x"})", "field a", "beside responses");
    expect(start + R"("responses":["x","y"],"candidates":[]})", "", "both");
    expect(start + R"("responses":["x","y"],"surprise":1})", "surprise", "");
}

} // namespace
} // namespace msrl::data
