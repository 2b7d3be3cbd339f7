// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/validate.h"
#include "sample_project.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace msrl::curriculum {
namespace {

bool has(const std::vector<Problem>& problems, const std::string& node, const std::string& field,
    const std::string& text)
{
    return std::any_of(problems.begin(), problems.end(), [&](const Problem& p) {
        return p.nodeId == node && p.field == field && p.text.find(text) != std::string::npos;
    });
}

TEST(Validate, theSampleHasNoErrors)
{
    const auto problems = validate(sampleProject());
    EXPECT_TRUE(firstError(problems, "x")) << firstError(problems, "x").error().message();
}

TEST(Validate, reportsEveryProblemAtOnce)
{
    Project project = sampleProject();
    project.node("rl_text")->params["group_size"] = 1;
    project.node("rl_text")->params["sped"] = 3;
    project.node("cmkd")->params["label_mode"] = "dice";
    project.node("gate")->type = "gatte";
    project.edges.erase(project.edges.begin() + 1); // text -> rl_text.preferences
    const auto problems = validate(project);
    EXPECT_TRUE(has(problems, "rl_text", "group_size", "out of range"));
    EXPECT_TRUE(has(problems, "rl_text", "sped", "not a known field"));
    EXPECT_TRUE(has(problems, "rl_text", "preferences", "not connected"));
    EXPECT_TRUE(has(problems, "cmkd", "label_mode", "not one of vote, gold"));
    EXPECT_TRUE(has(problems, "gate", "", "not a known stage type"));
}

TEST(Validate, namesTheNearestField)
{
    Project project = sampleProject();
    project.node("rl_text")->params["group_sise"] = 8;
    const base::Status refused = firstError(validate(project), "x");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("did you mean 'group_size'?"), std::string::npos);
}

TEST(Validate, boundsOfTheObjectiveFitEachOther)
{
    Project project = sampleProject();
    base::Json& params = project.node("rl_text")->params;
    params["clip_high"] = 0.28;
    params["delta"] = 1.28;
    params["dual_clip"] = 1;
    const auto problems = validate(project);
    EXPECT_TRUE(has(problems, "rl_text", "delta", "not above 1 + clip above, 1.28"));
    EXPECT_TRUE(has(problems, "rl_text", "dual_clip", "1 is not above 1"));
    params["delta"] = 1.3;
    params["dual_clip"] = 3;
    EXPECT_TRUE(firstError(validate(project), "x"));
}

TEST(Validate, aCircleIsNamed)
{
    Project project = sampleProject();
    project.edges[0] = { "distil", "policy", "rl_text", "policy" };
    const auto problems = validate(project);
    EXPECT_TRUE(std::any_of(problems.begin(), problems.end(),
        [](const Problem& p) { return p.text.find("circle") != std::string::npos; }));
}

TEST(Validate, aBypassedNodeNeedsNoInputs)
{
    Project project = sampleProject();
    project.edges.erase(project.edges.begin() + 1);
    project.node("rl_text")->bypassed = true;
    EXPECT_TRUE(firstError(validate(project), "x"));
}

TEST(Validate, aFaultyMapOfColumnsIsAProblemOfItsField)
{
    Project project = sampleProject();
    base::Json& params = project.node("text")->params;
    params["columns"] = "query=question, a=x, b=y, gold=label, gold:0=A";
    EXPECT_TRUE(firstError(validate(project), "x"));
    params["columns"] = "querry=question";
    const auto problems = validate(project);
    EXPECT_TRUE(has(problems, "text", "columns", "'querry' is not a field"));
    EXPECT_TRUE(std::any_of(problems.begin(), problems.end(),
        [](const Problem& p) { return p.hint.find("'query'") != std::string::npos; }));
    params["columns"] = "query=question, prompt=other";
    EXPECT_TRUE(has(validate(project), "text", "columns", "two columns"));
    params["columns"] = "query=question";
    params["format"] = "gram";
    EXPECT_TRUE(has(validate(project), "text", "columns", "its own columns"));
    params["columns"] = 7;
    EXPECT_FALSE(firstError(validate(project), "x"));
}

TEST(Validate, aFaultyScheduleOfTheReplayIsAProblemOfItsField)
{
    Project project = sampleProject();
    project.node("rl_caption")->params["replay_schedule"] = "0:9, 100";
    EXPECT_TRUE(
        has(validate(project), "rl_caption", "replay_schedule", "'100' is not of the form step:ratio"));
    project.node("rl_caption")->params["replay_schedule"] = "0:9, 100:5";
    EXPECT_TRUE(firstError(validate(project), "x"));
}

TEST(Validate, aPenaltyOnEveryLengthIsRefused)
{
    Project project = sampleProject();
    base::Json& params = project.node("rl_caption")->params;
    params["max_new_tokens"] = 64;
    EXPECT_TRUE(firstError(validate(project), "x")) << "without the penalty its field does not apply";
    params["overlong"] = "penalty"; // over 128 tokens
    EXPECT_TRUE(has(validate(project), "rl_caption", "overlong_tokens", "longest completion, 64 tokens"));
    params["overlong_tokens"] = 64;
    EXPECT_TRUE(firstError(validate(project), "x"));
}

TEST(Validate, completionsThatCannotDifferAreWarnedOf)
{
    for (const auto& [field, value] : { std::pair { "temperature", 0 }, { "top_k", 1 } }) {
        Project project = sampleProject();
        EXPECT_FALSE(has(validate(project), "rl_caption", field, "nothing to learn"));
        project.node("rl_caption")->params[field] = value;
        const auto problems = validate(project);
        EXPECT_TRUE(has(problems, "rl_caption", field, "nothing to learn"));
        EXPECT_TRUE(firstError(problems, "x")) << "a warning alone";
    }
}

TEST(Validate, missingFilesAreProblemsWithTheirField)
{
    const auto problems = validate(sampleProject(), "/nonexistent-folder");
    EXPECT_TRUE(has(problems, "text", "path", "/nonexistent-folder/text.jsonl does not exist"));
    EXPECT_TRUE(has(problems, "base", "path", "does not exist"));
}

TEST(Validate, aProblemIsReadBackFromItsMessage)
{
    Project project = sampleProject();
    project.node("rl_caption")->params["beta"] = -1;
    const auto problems = validate(project);
    ASSERT_FALSE(problems.empty());
    for (const Problem& problem : problems) {
        const auto read = problemFromMessage("msrl-engine: " + problem.message());
        ASSERT_TRUE(read);
        EXPECT_EQ(read->nodeId, problem.nodeId);
        EXPECT_EQ(read->field, problem.field);
        EXPECT_EQ(read->text, problem.text + (problem.hint.empty() ? "" : " (" + problem.hint + ")"));
    }
}

TEST(Validate, aRefusalOfTheEngineNamesItsStage)
{
    const auto row
        = problemFromMessage("msrl-engine: node text_rl, field path, data/t.jsonl:3, field gold: is \"C\"");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->nodeId, "text_rl");
    EXPECT_EQ(row->field, "path");
    EXPECT_EQ(row->text, "data/t.jsonl:3, field gold: is \"C\"");
    const auto prompt = problemFromMessage("node rl_text, data/t.jsonl:1, sample a: 33 tokens");
    ASSERT_TRUE(prompt);
    EXPECT_EQ(prompt->nodeId, "rl_text");
    EXPECT_EQ(prompt->field, "");
    EXPECT_EQ(prompt->text, "data/t.jsonl:1, sample a: 33 tokens");
    EXPECT_FALSE(problemFromMessage("msrl-engine: project.msrl: no such file"));
    EXPECT_TRUE(problemFromMessage("node x")); // cut off: the stage all the same
}

} // namespace
} // namespace msrl::curriculum
