// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/field_builders.h"
#include "core/curriculum/graph_builder.h"
#include "core/curriculum/nodes/nodes.h"
#include "core/curriculum/plan.h"
#include "core/curriculum/plan_gates.h"
#include "core/curriculum/run_needs.h"
#include "core/curriculum/validate.h"
#include "sample_project.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace msrl::curriculum {
namespace {

// Of kSampleProject's node "cmkd", as the first release gave it.
constexpr const char* kAddressBeforeSecondRounds
    = "e261b936c26dd5bc722da087f2a2b3652a218e686f05dc08e0699fc511b117fe";

Plan plan(const Project& project, PlanOptions options = {})
{
    auto made = makePlan(project, options);
    EXPECT_TRUE(made) << made.error().message();
    return *made;
}

std::ptrdiff_t indexOf(const Plan& p, const std::string& id)
{
    return std::find_if(p.steps.begin(), p.steps.end(), [&](const PlanStep& s) { return s.id == id; })
        - p.steps.begin();
}

TEST(Plan, inputsStandBeforeTheirReadersAndEvaluationsFollowTheirPolicy)
{
    const Plan p = plan(sampleProject());
    for (const PlanStep& step : p.steps) {
        for (const auto& [port, inputs] : step.inputs) {
            for (const PlanInput& input : inputs)
                EXPECT_LT(indexOf(p, input.step), indexOf(p, step.id)) << step.id;
        }
    }
    EXPECT_EQ(indexOf(p, "evaluate:base"), indexOf(p, "base") + 1);
    EXPECT_EQ(indexOf(p, "evaluate:distil"), indexOf(p, "distil") + 1);
}

TEST(Plan, aChangedParameterMakesExactlyTheDependentsStale)
{
    Project changed = sampleProject();
    changed.node("rl_caption")->params["replay_ratio"] = 2.0;
    const Plan before = plan(sampleProject());
    const Plan after = plan(changed);
    for (const PlanStep& step : before.steps) {
        const bool depends = step.id == "rl_caption" || step.id == "cmkd" || step.id == "gate"
            || step.id == "distil" || step.id == "evaluate:distil" || step.id == "export";
        EXPECT_EQ(step.hash != after.step(step.id)->hash, depends) << step.id;
    }
}

TEST(Plan, whatDoesNotChangeTheResultDoesNotChangeTheAddress)
{
    Project changed = sampleProject();
    changed.node("rl_text")->params["checkpoint_every"] = 7;
    changed.node("rl_text")->title = "Another name";
    changed.frames.push_back({ "frame", "Stage 1", "blue", 0, 0, 320, 200 });
    EXPECT_EQ(plan(changed).step("rl_text")->hash, plan(sampleProject()).step("rl_text")->hash);
}

// A field that came later: results made before it are found again, and where it holds, the one that it
// replaces does not matter.
TEST(Plan, aScheduleOfTheReplayChangesTheAddressOnlyWhereThereIsOne)
{
    const auto addressWith = [](const base::Json& params) {
        Project changed = sampleProject();
        for (const auto& [name, value] : params.items())
            changed.node("rl_caption")->params[name] = value;
        return plan(changed).step("rl_caption")->hash;
    };
    const std::string plain = plan(sampleProject()).step("rl_caption")->hash;
    EXPECT_EQ(addressWith({ { "replay_schedule", "" } }), plain);
    const std::string scheduled = addressWith({ { "replay_schedule", "0:9, 100:5" } });
    EXPECT_NE(scheduled, plain);
    EXPECT_EQ(addressWith({ { "replay_schedule", "0:9, 100:5" }, { "replay_ratio", 3.0 } }), scheduled);
    EXPECT_NE(addressWith({ { "replay_schedule", "0:9, 100:4" } }), scheduled);
}

// A probe looks at the training; whoever connects one keeps the results that there are.
TEST(Plan, aProbeDoesNotChangeTheAddress)
{
    Project probed = sampleProject();
    probed.edges.push_back({ "text", "samples", "rl_caption", "probe" });
    probed.node("rl_caption")->params["probe_every"] = 3;
    const Plan with = plan(probed);
    EXPECT_EQ(with.step("rl_caption")->inputs.at("probe").front().step, "text");
    EXPECT_EQ(with.step("rl_caption")->hash, plan(sampleProject()).step("rl_caption")->hash);
}

TEST(Plan, theSeedReachesOnlyStepsThatDraw)
{
    const Plan one = plan(sampleProject(), { .seed = 1 });
    const Plan two = plan(sampleProject(), { .seed = 2 });
    EXPECT_EQ(one.step("base")->hash, two.step("base")->hash);
    EXPECT_EQ(one.step("text")->hash, two.step("text")->hash);
    EXPECT_NE(one.step("rl_text")->hash, two.step("rl_text")->hash);
}

TEST(Plan, aBypassedTrainingStageHandsItsPolicyOn)
{
    const Plan p = plan(sampleProject(), { .bypass = { "rl_text" } });
    EXPECT_TRUE(p.step("rl_text")->bypassed);
    EXPECT_EQ(p.step("rl_caption")->inputs.at("policy").front().step, "base");
}

TEST(Plan, bypassedDistillationTakesItsStudentTrainingWithIt)
{
    const Plan p = plan(sampleProject(), { .bypass = { "cmkd" } });
    EXPECT_TRUE(p.step("cmkd")->unfed.empty()); // as asked
    EXPECT_TRUE(p.step("gate")->bypassed);
    EXPECT_EQ(p.step("gate")->unfed, "candidates");
    EXPECT_TRUE(p.step("distil")->bypassed);
    EXPECT_EQ(p.step("distil")->unfed, "samples");
    EXPECT_EQ(p.step("export")->inputs.at("policy").front().step, "rl_caption");
    EXPECT_EQ(p.step("evaluate:distil"), nullptr);
}

TEST(Plan, untilKeepsWhatTheNodeNeedsAndTheEvaluationsOfIt)
{
    const Plan p = plan(sampleProject(), { .until = "rl_text" });
    EXPECT_NE(p.step("rl_text"), nullptr);
    EXPECT_NE(p.step("evaluate:base"), nullptr);
    EXPECT_EQ(p.step("rl_caption"), nullptr);
    EXPECT_EQ(p.step("evaluate:distil"), nullptr);
}

TEST(Plan, contentDecidesNotTheName)
{
    PlanOptions options;
    options.hashContent
        = [](FieldContent, const PlanContent&) -> base::Result<std::string> { return std::string("same"); };
    Project renamed = sampleProject();
    renamed.node("base")->params["path"] = "elsewhere";
    EXPECT_EQ(
        plan(renamed, options).step("export")->hash, plan(sampleProject(), options).step("export")->hash);
}

// Results of before a field came are found again.
TEST(Plan, aFieldThatCameLaterLeavesTheAddressWhileItHasItsDefault)
{
    Project project = sampleProject();
    const std::string address = plan(project).step("cmkd")->hash;
    EXPECT_EQ(address, kAddressBeforeSecondRounds);
    project.node("cmkd")->params["second_round"] = "none";
    EXPECT_EQ(plan(project).step("cmkd")->hash, address);
    project.node("cmkd")->params["second_paths"] = 3; // of a round that is not held
    EXPECT_EQ(plan(project).step("cmkd")->hash, address);
    project.node("cmkd")->params["second_round"] = "undecided";
    EXPECT_NE(plan(project).step("cmkd")->hash, address);
}

TEST(Plan, severalTeachersAreAskedEachOnce)
{
    Project project = sampleProject();
    project.edges.push_back({ "rl_text", "policy", "cmkd", "policy" });
    const auto teachers = [&](PlanOptions options = {}) {
        std::vector<std::string> steps;
        const Plan p = plan(project, std::move(options));
        for (const PlanInput& input : p.step("cmkd")->inputs.at("policy"))
            steps.push_back(input.step);
        return steps;
    };
    EXPECT_EQ(teachers(), (std::vector<std::string> { "rl_caption", "rl_text" }));
    EXPECT_EQ(teachers({ .bypass = { "rl_caption" } }), std::vector<std::string> { "rl_text" });
    EXPECT_NE(plan(project).step("cmkd")->hash, plan(sampleProject()).step("cmkd")->hash);
}

// Types that nothing outside the table knows: a judge of style, planned after each policy, and a training
// that measures itself with samples of its own and minds two fields together.
NodeTypeSpec styleNode()
{
    NodeTypeSpec spec;
    spec.type = "style";
    spec.traits = { .writes = true, .perPolicy = true };
    spec.inputs = { { "judges", "Judges", { PortType::Policy }, {}, true, true, "Each in turn." },
        { "texts", "Texts", { PortType::TextPreferences }, {}, true, false, "What they read." } };
    return spec;
}

std::vector<Problem> checkHalves(const Project& project, const Node& node)
{
    if (fieldValue(node, "share") != 0.5 || isConnected(project, node, "watched"))
        return {};
    return { { Severity::Error, node.id, "share", "half of nothing is watched", {} } };
}

NodeTypeSpec pruneNode()
{
    NodeTypeSpec spec;
    spec.type = "prune";
    spec.traits = { .trains = true };
    spec.inputs = { { "start", "Start", { PortType::Policy }, {}, true, false, "What is pruned." },
        { "watched", "Watched", { PortType::TextPreferences }, {}, false, false, "Only measured with.",
            { .onlyMeasures = true } } };
    spec.outputs = { { "policy", "Policy", { PortType::Policy }, {}, false, false, "Pruned." } };
    addSection(spec.fields, "Training", { realField({ "share", "Share", "Of the weights." }, 0.5, 0, 1) });
    spec.check = checkHalves;
    return spec;
}

TEST(Plan, aTypesTraitsDecideHowItIsPlannedCheckedAndMeasured)
{
    if (!findNodeType("style")) {
        addNodeType(styleNode());
        addNodeType(pruneNode());
    }
    Project project;
    GraphBuilder build(project);
    build.node("base", "model", {}, 0, 0, { { "path", "base" } });
    build.node("style", "style", {}, 1, 0, base::Json::object());
    build.node("prune", "prune", {}, 1, 1, base::Json::object());
    build.dataset("text", {}, "text-preferences", 0, 1);
    build.edge("base.policy", "prune.start");
    build.edge("prune.policy", "style.judges");
    build.edge("base.policy", "style.judges");
    build.edge("text.samples", "style.texts");
    const auto problems = validate(project);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].message(), "node prune, field share: half of nothing is watched");
    const Plan before = plan(project);
    EXPECT_EQ(indexOf(before, "style:base"), indexOf(before, "base") + 1);
    EXPECT_EQ(indexOf(before, "style:prune"), indexOf(before, "prune") + 1);
    EXPECT_EQ(before.step("style:prune")->inputs.at("judges"),
        (std::vector<PlanInput> { { "prune", "policy", PortType::Policy } }));
    EXPECT_EQ(before.step("style"), nullptr);
    build.edge("text.samples", "prune.watched");
    EXPECT_TRUE(validate(project).empty());
    EXPECT_EQ(plan(project).step("prune")->hash, before.step("prune")->hash);
    const auto needs = runNeeds(project, { { "base", { 300, 20, 1000 } } });
    EXPECT_GT(needs.at("prune").memory, needs.at("style").memory); // gradients and moments
    EXPECT_EQ(needs.at("style").memory, 1320 * 4);
    EXPECT_EQ(needs.size(), 2U);
}

// Two gates behind one teacher, and one of which an older plan does not say whose it is.
TEST(Plan, tellsWhoseCandidatesAGateLetsThrough)
{
    const tests::TemporaryFolder folder;
    base::Json written = planToJson(plan(sampleProject()));
    base::Json second;
    for (const base::Json& step : written["steps"])
        if (step["id"] == "gate")
            second = step;
    second["id"] = "strict";
    written["steps"].push_back(second);
    written["steps"].push_back({ { "id", "old" }, { "type", "gate" } });
    const auto gates = plannedGates(folder.write("plan.json", written.dump()));
    ASSERT_TRUE(gates) << gates.error().message();
    ASSERT_EQ(gates->size(), 3U);
    for (const std::size_t i : { std::size_t { 0 }, std::size_t { 1 } }) {
        EXPECT_EQ(gates->at(i).step, i == 0 ? "gate" : "strict");
        EXPECT_TRUE(gates->at(i).isFor("cmkd"));
        EXPECT_FALSE(gates->at(i).isFor("another"));
    }
    EXPECT_TRUE(gates->at(2).isFor("another"));
    EXPECT_FALSE(plannedGates(folder.write("plan.json", R"({"steps": [7]})")));
    EXPECT_FALSE(plannedGates(folder / "none.json"));
}

TEST(Plan, unknownNodesInTheOptionsAreRefused)
{
    EXPECT_FALSE(makePlan(sampleProject(), { .bypass = { "nobody" } }));
    EXPECT_FALSE(makePlan(sampleProject(), { .until = "nobody" }));
}

} // namespace
} // namespace msrl::curriculum
