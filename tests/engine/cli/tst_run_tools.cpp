// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_store.h"
#include "engine/cli/accepted_set.h"
#include "engine/cli/evaluation_table.h"
#include "engine/cli/live_changes.h"
#include "engine/cli/run_changes.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace msrl::cli {
namespace {

// Runs that the studio starts share the results of their project: nothing lies in the run's own folder.
TEST(AcceptedSet, isReadWhereTheRunKeepsItsResults)
{
    const tests::TemporaryFolder folder;
    const store::RunFolder run(folder / "run");
    std::filesystem::create_directories(run.root());
    std::filesystem::create_directories(folder / "shared" / "h");
    ASSERT_TRUE(run.writeInfo({}));
    const base::Json plan
        = { { "options",
                { { "project", (folder / "p.msrl").string() }, { "bypass", base::Json::array() },
                    { "set", base::Json::array() }, { "artefacts", (folder / "shared").string() } } },
              { "steps",
                  base::Json::array({ { { "id", "gate" }, { "type", "gate" },
                      { "inputs", { { "candidates", base::Json::array({ "cmkd.candidates" }) } } } } }) } };
    std::ofstream(run.planFile()) << plan.dump();
    std::ofstream(folder / "shared" / "h" / "samples.jsonl")
        << R"({"id": "s1", "task": "text", "query": "q", "a": "x", "b": "y", "gold": "A"})"
        << "\n";
    auto store = store::RunStore::open(run.runDatabase());
    ASSERT_TRUE(store);
    store::StageRow gate;
    gate.stage = "gate";
    gate.nodeType = "gate";
    gate.hash = "h";
    gate.state = store::StageState::Done;
    ASSERT_TRUE(store->putStage(gate));
    ASSERT_TRUE(store->flush());
    store::RunReader reader(run.runDatabase());
    const auto samples = acceptedSet(run, reader, "cmkd", {});
    ASSERT_TRUE(samples) << samples.error().message();
    ASSERT_EQ(samples->size(), 1U);
    EXPECT_EQ(samples->front().id, "s1");
}

TEST(EvaluationTable, groupsAreRowsAndListsPerRowAreLeftOut)
{
    const base::Json figures = base::Json::parse(R"({"benchmark": "b", "k1": {"official": {
        "groups": {"general": {"agree": 4, "acc": 0.571428}, "reasoning": {"agree": 10, "acc": null}},
        "overall_micro": 0.66666, "n": 14}, "per_row": ["a", "b", "c"]}})");
    EXPECT_EQ(evaluationTable(figures),
        "  benchmark  b\n"
        "\nk1, official\n"
        "  overall micro  0.6667\n"
        "  n                  14\n"
        "\nk1, official, groups\n"
        "             agree     acc\n"
        "  general        4  0.5714\n"
        "  reasoning     10       -\n");
}

TEST(EvaluationTable, intervalsAreOneFigure)
{
    const base::Json figures
        = base::Json::parse(R"({"ours": {"all": {"value": 0.5, "wilson95": [0.25, 0.75]}}})");
    EXPECT_NE(evaluationTable(figures).find("0.2500 to 0.7500"), std::string::npos);
}

TEST(SettingChanges, tellsFieldsNodesAndOptions)
{
    const base::Json before = base::Json::parse(R"({"name": "a", "nodes": [
        {"id": "rl", "type": "rl", "position": {"x": 1}, "params": {"lr": 0.1, "beta": 1}},
        {"id": "gone", "type": "sft", "params": {"lr": 3}}], "options": {"seed": 1}})");
    const base::Json now = base::Json::parse(R"({"name": "b", "nodes": [
        {"id": "fresh", "type": "rl", "params": {}},
        {"id": "rl", "type": "rl", "position": {"x": 2}, "params": {"lr": 0.2, "steps": 7}}], "options": {"seed": 2}})");
    EXPECT_EQ(settingChanges(before, now),
        (std::vector<std::string> { "node gone is gone", "option seed 1 -> 2", "rl.beta 1 -> its default",
            "rl.lr 0.1 -> 0.2", "node fresh is new", "rl.steps its default -> 7" }));
    EXPECT_TRUE(settingChanges(now, now).empty());
}

TEST(LiveChanges, belongToOnePlan)
{
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "live.json";
    const LiveChanges changes(file, "plan");
    ASSERT_TRUE(changes.keep("rl.lr", 1e-5));
    ASSERT_TRUE(changes.keep("sft.lr", 1e-4));
    ASSERT_TRUE(changes.keep("rl.lr", 2e-5));
    const auto kept = LiveChanges(file, "plan").kept();
    ASSERT_TRUE(kept);
    EXPECT_EQ(*kept, (std::map<std::string, base::Json> { { "rl.lr", 2e-5 }, { "sft.lr", 1e-4 } }));
    const auto other = LiveChanges(file, "other").kept();
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->empty());
}

} // namespace
} // namespace msrl::cli
