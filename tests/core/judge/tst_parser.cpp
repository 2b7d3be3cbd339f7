// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/format_problem.h"
#include "core/judge/parser.h"
#include "core/judge/rewards.h"
#include "tests/core/judge/golden_rows.h"

namespace msrl::judge {
namespace {

using base::Json;
using data::Side;

bool namesType(const Judgement& judgement, const Json& row)
{
    return judgement.type == normalisedType(row["task_type"].get<std::string>());
}

TEST(Parser, strictReadsEveryRecordedCase)
{
    const auto rows = goldenRows("reward_parser.jsonl");
    ASSERT_EQ(rows.size(), 334u);
    for (const Json& row : rows) {
        const Json& expected = row["strict"];
        const Judgement judgement = parseStrict(row["completion"].get<std::string>());
        EXPECT_EQ(judgement.formatOk, expected["format"] == 1.0) << row;
        EXPECT_EQ(judgement.answer ? Json(data::sideName(*judgement.answer)) : Json(), expected["answer"])
            << row;
        EXPECT_EQ(judgement.type ? Json(*judgement.type) : Json(),
            expected["type"].is_null() ? Json() : Json(normalisedType(expected["type"].get<std::string>())))
            << row;
        EXPECT_EQ(judgement.caption.has_value(), expected["has_caption"].get<bool>()) << row;
        const auto gold = data::sideFromName(row["gold_normalised"].get<std::string>());
        EXPECT_EQ(judgement.answer == gold, expected["accuracy"] == 1.0) << row;
        EXPECT_EQ(namesType(judgement, row), expected["task"] > 0.0) << row;
    }
}

TEST(Parser, scriptReadsEveryRecordedCaseInAscii)
{
    int compared = 0;
    for (const Json& row : goldenRows("reward_parser.jsonl")) {
        if (!row["flags"].empty()) // Unicode white space and case: ASCII here, as the header says
            continue;
        ++compared;
        const Json& expected = row["script"];
        const Judgement judgement = parseScript(row["completion"].get<std::string>());
        const auto gold = data::sideFromName(row["gold_normalised"].get<std::string>());
        const std::vector<std::optional<double>> parts { judgement.answer == gold ? 1.0 : 0.0,
            judgement.formatOk ? 1.0 : 0.0, namesType(judgement, row) ? 0.2 : 0.0 };
        EXPECT_EQ(*parts[0], expected["accuracy"].get<double>()) << row;
        EXPECT_EQ(*parts[1], expected["format"].get<double>()) << row;
        EXPECT_EQ(*parts[2], expected["task"].get<double>()) << row;
        EXPECT_NEAR(
            combined({ parts[0], parts[1] }, { 1.0, 0.2 }), expected["total_s1"].get<double>(), 1e-12);
        EXPECT_NEAR(combined(parts, { 1.0, 0.2, 0.2 }), expected["total_s23"].get<double>(), 1e-12);
    }
    EXPECT_EQ(compared, 317);
}

TEST(Parser, strictRequiresTheTagsThatTheStageAsksFor)
{
    const std::string bare = "<think>x</think><answer>A</answer>";
    const std::string typed = "<type>text</type>" + bare;
    const std::string full = "<type>text</type>\n<caption>NW red circle.</caption>\n" + bare;
    EXPECT_TRUE(parseStrict(bare).formatOk);
    EXPECT_FALSE(parseStrict(bare, { .type = true }).formatOk);
    EXPECT_TRUE(parseStrict(typed, { .type = true }).formatOk);
    EXPECT_FALSE(parseStrict(typed, { .type = true, .caption = true }).formatOk);
    const Judgement judgement = parseStrict(full, { .type = true, .caption = true });
    EXPECT_TRUE(judgement.formatOk);
    EXPECT_EQ(judgement.caption, "NW red circle.");
    EXPECT_EQ(judgement.thought, "x");
    EXPECT_EQ(judgement.answer, Side::A);
}

TEST(Parser, strictGivesNoPartOfABrokenCompletion)
{
    const Judgement judgement = parseStrict("<type>text</type><think>x</think><answer>C</answer>");
    EXPECT_FALSE(judgement.formatOk || judgement.answer || judgement.type || judgement.thought);
}

TEST(Parser, looseAnswerIgnoresTheRest)
{
    EXPECT_EQ(looseAnswer("so <ANSWER> b </answer> or <answer>A</answer>"), Side::B);
    EXPECT_EQ(looseAnswer("<answer>A or B</answer>"), std::nullopt);
    EXPECT_EQ(looseAnswer("A"), std::nullopt);
    EXPECT_EQ(looseAnswer("<answer>A"), std::nullopt);
}

TEST(Parser, scriptComparesAnyLabel)
{
    EXPECT_EQ(scriptLabel("x <ANSWER> tie\n</answer> <answer>A</answer>"), "TIE");
    EXPECT_EQ(scriptLabel(" b\t"), "B");
    EXPECT_EQ(scriptLabel("a<answer> </answer>"), "A<ANSWER> </ANSWER>");
    EXPECT_EQ(scriptLabel(" \n"), "");
    // Where it is a letter, it is the answer that a judgement has.
    for (const Json& row : goldenRows("reward_parser.jsonl")) {
        const std::string text = row["completion"];
        EXPECT_EQ(parseScript(text).answer, data::sideFromName(scriptLabel(text))) << text;
    }
}

TEST(FormatProblem, isNamedExactlyWhenTheParserRefuses)
{
    const Requirements both { .type = true, .caption = true };
    const auto problem = [&](const char* text) { return formatProblem(text, both).value_or("none"); };
    EXPECT_EQ(problem("<type>t</type><caption>c</caption><think>x</think>\n<answer>A</answer> "), "none");
    EXPECT_EQ(problem("<caption>c</caption><think>x</think><answer>A</answer>"), "<type> is missing here");
    EXPECT_EQ(problem("<type>t</type><think>x</think><answer>A</answer>"), "<caption> is missing here");
    EXPECT_EQ(
        problem("<type>t</type><caption>c</caption><think> </think><answer>A</answer>"), "<think> is empty");
    EXPECT_EQ(problem("<type>t</type><caption>c</caption><think>x</think><answer>C</answer>"),
        "the answer is not just A or B");
    EXPECT_EQ(problem("<type>t</type><caption>c</caption>so <think>x</think><answer>A</answer>"),
        "there is something else before <think>");
    EXPECT_EQ(problem("<type>t</type><caption>c</caption><think>x<answer>A</answer>"),
        "<think> is not closed by </think>");
    EXPECT_EQ(problem("<type>t</type><caption>c</caption><think>x</think><answer>A</answer>."),
        "there is something after </answer>");
    EXPECT_EQ(problem("<type>t</type><caption>c</caption><think>x</think><think>y</think><answer>A</answer>"),
        "<think> stands there more than once");
    EXPECT_NE(problem(""), "none");
    for (const Json& row : goldenRows("reward_parser.jsonl")) {
        const std::string text = row["completion"];
        EXPECT_EQ(formatProblem(text).has_value(), !parseStrict(text).formatOk) << text;
    }
}

} // namespace
} // namespace msrl::judge
