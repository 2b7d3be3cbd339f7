// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/project.h"
#include "sample_project.h"

#include <gtest/gtest.h>

namespace msrl::curriculum {
namespace {

TEST(Project, savedTextReadsBackEqualAndIsStable)
{
    const Project project = sampleProject();
    const std::string text = serialiseProject(project);
    const auto again = parseProject(text, "again");
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, project);
    EXPECT_EQ(serialiseProject(*again), text);
}

TEST(Project, parameterOrderInTheFileFollowsTheTableNotTheEdits)
{
    Project one = sampleProject();
    Project two = one;
    one.node("rl_text")->params = { { "steps", 3 }, { "beta", 0.1 } };
    two.node("rl_text")->params = { { "beta", 0.1 }, { "steps", 3 } };
    EXPECT_EQ(serialiseProject(one), serialiseProject(two));
}

TEST(Project, membersOfANewerMinorVersionSurvive)
{
    const std::string text = R"({"schema": "msrl-project/1.9", "name": "n", "colour": "blue",
        "nodes": [{"id": "a", "type": "gate", "owner": {"name": "Ann"}}], "edges": []})";
    const auto project = parseProject(text, "x");
    ASSERT_TRUE(project) << project.error().message();
    const std::string saved = serialiseProject(*project);
    EXPECT_NE(saved.find("\"colour\": \"blue\""), std::string::npos);
    EXPECT_NE(saved.find("\"Ann\""), std::string::npos);
}

struct Broken
{
    const char* text;
    const char* expected;
};

class BrokenProject : public testing::TestWithParam<Broken>
{
};

TEST_P(BrokenProject, isRefusedWithThePlace)
{
    const auto project = parseProject(GetParam().text, "p.msrl");
    ASSERT_FALSE(project);
    EXPECT_EQ(project.error().code, base::ErrorCode::BadInput);
    EXPECT_NE(project.error().message().find(GetParam().expected), std::string::npos)
        << project.error().message();
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenProject,
    testing::Values(Broken { "{", "line 1" }, Broken { "[]", "expected a JSON object" },
        Broken { R"({"schema": "other/1.0"})", "is this a project file?" },
        Broken { R"({"schema": "msrl-project/2.0"})", "major version" },
        Broken { R"({"schema": "msrl-project/1.0", "nodes": 3})", "field nodes: expected a list" },
        Broken { R"({"schema": "msrl-project/1.0", "nodes": [{"type": "rl"}]})", "field id: is missing" },
        Broken { R"({"schema": "msrl-project/1.0", "nodes": [{"id": "A b", "type": "rl"}]})",
            "node A b, field id" },
        Broken {
            R"({"schema": "msrl-project/1.0", "nodes": [{"id": "a", "type": "rl"}, {"id": "a", "type": "rl"}]})",
            "node a: the id is used twice" },
        Broken { R"({"schema": "msrl-project/1.0", "edges": [{"from": "a", "to": "b.c"}]})",
            "edge 0: 'a' is not of the form" }));

TEST(Project, edgesAreRefusedWithAReason)
{
    Project project = sampleProject();
    EXPECT_EQ(refuseEdge(project, { "text", "samples", "distil", "samples" }),
        "Samples of Fine-tuning (SFT) takes sft-samples, not text-preferences");
    EXPECT_NE(refuseEdge(project, { "pics", "samples", "rl_text", "preferences" })->find("already connected"),
        std::string::npos);
    project.edges.erase(project.edges.begin()); // base -> rl_text
    EXPECT_NE(
        refuseEdge(project, { "distil", "policy", "rl_text", "policy" })->find("circle"), std::string::npos);
    EXPECT_FALSE(refuseEdge(project, { "base", "policy", "rl_text", "policy" }));
}

TEST(Project, everyFieldHasHelpAndADefaultThatItAccepts)
{
    for (const NodeTypeSpec& spec : nodeTypes()) {
        for (const FieldSpec& field : spec.fields) {
            EXPECT_FALSE(field.help.empty()) << spec.type << "." << field.name;
            EXPECT_FALSE(field.section.empty()) << spec.type << "." << field.name;
            EXPECT_EQ(checkFieldValue(field, field.defaultValue).has_value(),
                field.required && field.defaultValue == "")
                << spec.type << "." << field.name;
            for (const FieldCondition& condition : field.appliesWhen)
                EXPECT_TRUE(spec.field(condition.field)) << spec.type << "." << field.name;
        }
        for (const std::string& name : spec.headline)
            EXPECT_TRUE(spec.field(name)) << spec.type << "." << name;
    }
}

} // namespace
} // namespace msrl::curriculum
