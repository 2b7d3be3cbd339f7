// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/readers.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

namespace msrl::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::TemporaryFolder;

std::string parseFault(const std::string& text)
{
    const auto map = ColumnMap::parseText(text, "field columns");
    return map ? "accepted" : map.error().message();
}

base::Result<std::vector<Sample>> load(const std::filesystem::path& file, const std::string& text)
{
    const auto map = ColumnMap::parseText(text, "map");
    EXPECT_TRUE(map) << map.error().message();
    return loadSamples(file, { .columns = map ? *map : ColumnMap() });
}

std::string loadFault(const std::filesystem::path& file, const std::string& text)
{
    const auto samples = load(file, text);
    return samples ? "accepted" : samples.error().message();
}

TEST(ColumnMap, faultyMapsAreRefusedWithTheNearestName)
{
    EXPECT_EQ(parseFault("query=q, a=x, b=y"), "accepted");
    EXPECT_EQ(parseFault(""), "accepted");
    EXPECT_THAT(parseFault("querry=q"),
        AllOf(HasSubstr("field columns"), HasSubstr("'querry'"), HasSubstr("did you mean 'query'")));
    EXPECT_THAT(parseFault("zzzzzz=q"), AllOf(HasSubstr("'zzzzzz'"), HasSubstr("known: id, task")));
    EXPECT_THAT(parseFault("query=q, prompt=r"), AllOf(HasSubstr("query"), HasSubstr("two columns")));
    EXPECT_THAT(parseFault("query=q, a=x, responses=r"), HasSubstr("responses and a are both given"));
    EXPECT_THAT(parseFault("query=q, media_b=x, candidates=r"), HasSubstr("candidates and media_b"));
    EXPECT_THAT(parseFault("query"), HasSubstr("'='"));
    EXPECT_THAT(parseFault("query="), HasSubstr("no column"));
    EXPECT_THAT(parseFault("a=x"), HasSubstr("query"));
    EXPECT_THAT(parseFault("query=q, gold:0=A"), HasSubstr("gold=COLUMN"));
    EXPECT_THAT(parseFault("query=q, gold=g, gold:0=C"), HasSubstr("expected A, B or none"));
    EXPECT_THAT(parseFault("query=q, gold=g, gold:0=A, label:0=B"), HasSubstr("twice"));
}

TEST(ColumnMap, makesRowsOfOurOwn)
{
    const TemporaryFolder folder;
    const auto file = folder.write("pairs.dat",
        R"({"n": 7, "question": "q0", "answers": ["x", "y"], "winner": 0, "image": {"path": "i/0.png"}})"
        "\n"
        R"({"n": 8, "question": "q1", "answers": ["z", "w"], "winner": 1, "image": {"path": "i/1.png"}})"
        "\n"
        R"({"n": 9, "question": "q2", "answers": ["z", "w"], "winner": "A, B tie", "image": {"path": "i/1.png"}})"
        "\n");
    const auto samples = load(file,
        "id=n, prompt=question, responses=answers, image=image.path, label=winner, gold:0=B,\n"
        "gold:1=A, gold:A\\, B tie=none");
    ASSERT_TRUE(samples) << samples.error().message();
    ASSERT_EQ(samples->size(), 3U);
    const Sample& first = samples->front();
    EXPECT_EQ(first.id, "7");
    EXPECT_EQ(first.task, TaskType::ImageUnderstanding);
    EXPECT_EQ(first.query, "q0");
    EXPECT_EQ(first.responseA, "x");
    EXPECT_EQ(first.responseB, "y");
    EXPECT_EQ(first.media.at(0).file, folder / "i/0.png");
    EXPECT_EQ(first.gold, Side::B);
    EXPECT_EQ((*samples)[1].gold, Side::A);
    EXPECT_EQ((*samples)[2].gold, std::nullopt);
    EXPECT_THAT(first.place, HasSubstr("pairs.dat:1"));
    // The same by members of the list.
    const auto again = load(file,
        "query=question, a=answers.0, b=answers.1, gold=winner, gold:0=A, "
        "gold:1=B, gold:A\\, B tie=none");
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ((*again)[1].responseB, "w");
    EXPECT_EQ((*again)[1].id, "row-1");
    EXPECT_EQ((*again)[1].task, TaskType::Text);
    EXPECT_EQ((*again)[0].gold, Side::A);
}

TEST(ColumnMap, candidatesMakeGenerationPairs)
{
    const TemporaryFolder folder;
    const auto file
        = folder.write("t.csv", "prompt,left,right,vote\na cat,1.mp4,2.mp4,left\na dog,3.mp4,4.mp4,tie\n");
    const auto samples
        = load(file, "query=prompt, media_a=left, media_b=right, gold=vote, gold:left=A, gold:tie=none");
    ASSERT_TRUE(samples) << samples.error().message();
    EXPECT_EQ(samples->front().task, TaskType::VideoGeneration);
    EXPECT_EQ(samples->front().mediaB->file, folder / "2.mp4");
    EXPECT_EQ(samples->front().gold, Side::A);
    EXPECT_EQ(samples->back().gold, std::nullopt);
    const auto images = load(
        folder.write("c.jsonl", R"({"p": "a cat", "c": ["1.png", "2.png"]})"), "query=p, candidates=c");
    ASSERT_TRUE(images) << images.error().message();
    EXPECT_EQ(images->front().task, TaskType::ImageGeneration);
    EXPECT_EQ(images->front().mediaA->path, "1.png");
}

TEST(ColumnMap, missingColumnsAreNamedWithRowAndNearestName)
{
    const TemporaryFolder folder;
    const auto table = folder.write("t.csv", "question,x,y,vote\nq,1,2,A\n");
    EXPECT_THAT(loadFault(table, "query=questoin, a=x, b=y"),
        AllOf(HasSubstr("t.csv"), HasSubstr("'questoin'"), HasSubstr("field query"),
            HasSubstr("did you mean 'question'")));
    const auto rows = folder.write("r.jsonl",
        R"({"question": "q", "x": "1", "y": "2", "vote": "A"})"
        "\n"
        R"({"question": "q", "x": "1", "vote": "left"})");
    EXPECT_THAT(loadFault(rows, "query=questoin, a=x, b=y"),
        AllOf(HasSubstr("r.jsonl:1"), HasSubstr("column questoin"), HasSubstr("did you mean 'question'")));
    EXPECT_THAT(
        loadFault(rows, "query=question, a=x, b=y"), AllOf(HasSubstr("r.jsonl:2"), HasSubstr("column y")));
    EXPECT_THAT(loadFault(rows, "query=question, a=x, b=vote, gold=vote"),
        AllOf(HasSubstr("r.jsonl:2, column vote"), HasSubstr("'left'"), HasSubstr("gold:VALUE=A")));
    EXPECT_THAT(loadFault(rows, "query=question, a=x, b=vote, gold=vote, gold:A=A, gold:leff=B"),
        AllOf(HasSubstr("'left'"), HasSubstr("did you mean 'leff'"), HasSubstr("none")));
    // A column that need not be in every row has to be in one.
    EXPECT_THAT(loadFault(rows, "query=question, a=x, b=vote, source=sorce"),
        AllOf(HasSubstr("no row"), HasSubstr("'sorce'"), HasSubstr("field source")));
    EXPECT_THAT(loadFault(rows, "query=question, responses=x"),
        AllOf(HasSubstr("column x"), HasSubstr("list of two")));
    EXPECT_THAT(loadFault(folder.write("n.jsonl", R"({"q": 3, "x": "1", "y": "2"})"), "query=q, a=x, b=y"),
        AllOf(HasSubstr("column q"), HasSubstr("not a text")));
}

TEST(ColumnMap, goesWithNoFormatThatHasColumnsOfItsOwn)
{
    const TemporaryFolder folder;
    const auto map = ColumnMap::parseText("query=q, a=x, b=y", "map");
    const auto samples
        = loadSamples(folder.write("r.jsonl", "{}"), { .format = "helpsteer3", .columns = *map });
    ASSERT_FALSE(samples);
    EXPECT_THAT(samples.error().message(), HasSubstr("helpsteer3"));
}

} // namespace
} // namespace msrl::data
