// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/inputs.h"
#include "engine/stages/stage_functions.h"
#include "recording.h"

#include <gtest/gtest.h>

namespace msrl::stages {
namespace fs = std::filesystem;

namespace {

constexpr const char* kPathA
    = "<type>image understanding</type><think> circle: red.</think><answer>A</answer>";
constexpr const char* kPathB
    = "<type>image understanding</type><think> circle: blue.</think><answer>B</answer>";

CandidateItem item(const std::string& id, double voteShare, double confidence, int chosen = 0)
{
    CandidateItem made;
    made.sample.id = id;
    made.sample.task = data::TaskType::ImageUnderstanding;
    made.sample.query = "What color is the circle?";
    made.sample.media = { { data::Media::Kind::Image, "/tmp/a.png", "/tmp/a.png" } };
    made.sample.responseA = "red";
    made.sample.responseB = "blue";
    made.sample.caption = "NW red circle.";
    made.row.voteShare = voteShare;
    made.row.chosen = chosen;
    made.row.target = chosen < 0 ? "" : "machine's target";
    for (const char* text : { kPathA, kPathB }) {
        store::CandidatePath path;
        path.text = text;
        path.confidence = { { "mean_logprob", confidence } };
        made.row.paths.push_back(path);
    }
    return made;
}

store::DecisionRow decision(
    const std::string& id, const std::string& verdict, int path = -1, const std::string& text = {})
{
    store::DecisionRow row;
    row.sampleId = id;
    row.verdict = verdict;
    row.path = path;
    row.text = text;
    return row;
}

// One teacher's set and a gate behind it, without a model.
class GateTest : public testing::Test
{
protected:
    void SetUp() override
    {
        m_dir = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove_all(m_dir);
        fs::create_directories(m_dir / "teacher");
        fs::create_directories(m_dir / "out");
        curriculum::PlanStep teacher;
        teacher.id = teacher.nodeId = "cmkd";
        curriculum::PlanStep gate;
        gate.id = gate.nodeId = "gate";
        gate.nodeType = "gate";
        gate.params = { { "policy", "automatic" }, { "min_vote_share", 0.6 }, { "min_confidence", -1.0 } };
        gate.inputs["candidates"] = { { "cmkd", "candidates", curriculum::PortType::Candidates } };
        m_plan.steps = { teacher, gate };
    }
    void TearDown() override { fs::remove_all(m_dir); }

    // Accepted sample ids with their targets, in order.
    std::vector<std::pair<std::string, std::string>> run(const std::vector<CandidateItem>& items)
    {
        EXPECT_TRUE(writeCandidates(items, m_dir / "teacher" / kCandidatesFile));
        const ArtefactStore artefacts(m_dir);
        const Addresses addresses { { "cmkd", "teacher" }, { "gate", "gate" } };
        StageContext context { m_plan, m_plan.steps[1], "gate", m_settings, artefacts, addresses, m_sink,
            m_control, m_audit, m_row, m_ranks };
        m_result = runGateStage(context, m_dir / "out");
        std::vector<std::pair<std::string, std::string>> accepted;
        if (!*m_result)
            return accepted;
        const auto samples = readSamples(m_dir / "out" / kSamplesFile);
        for (const data::Sample& sample : *samples)
            accepted.emplace_back(sample.id, sample.completion);
        return accepted;
    }

    fs::path m_dir;
    curriculum::Plan m_plan;
    RunSettings m_settings;
    RecordingSink m_sink;
    QuietControl m_control;
    ListedAudit m_audit;
    store::StageRow m_row;
    parallel::SerialCommunicator m_ranks;
    std::optional<base::Result<StageResult>> m_result;
};

using Accepted = std::vector<std::pair<std::string, std::string>>;

TEST_F(GateTest, thresholdsDecideWhatNobodyDecided)
{
    const auto accepted = run({ item("sure", 0.9, -0.2), item("divided", 0.55, -0.2),
        item("unsure", 0.9, -1.5), item("tie", 0, -0.2, -1) });
    EXPECT_EQ(accepted, (Accepted { { "sure", "machine's target" } }));
    EXPECT_EQ((*m_result)->summary["below_threshold"], 2);
    EXPECT_EQ((*m_result)->summary["undecidable"], 1);
}

TEST_F(GateTest, anAuditorsDecisionAlwaysCounts)
{
    m_audit.rows = { decision("rejected", "reject"), decision("flagged", "flag"), decision("weak", "accept"),
        decision("tie", "override", 1), decision("edited", "override", -1, "own words") };
    const auto accepted = run({ item("rejected", 1, 0), item("flagged", 1, 0), item("weak", 0.1, -9),
        item("tie", 0, -0.2, -1), item("edited", 1, 0) });
    ASSERT_EQ(accepted.size(), 3u);
    EXPECT_EQ(accepted[0], (std::pair<std::string, std::string> { "weak", "machine's target" }));
    EXPECT_EQ(accepted[1].second,
        "<type>image understanding</type><caption> NW red circle.</caption><think> circle: "
        "blue.</think><answer>B</answer>");
    EXPECT_EQ(accepted[2].second, "own words");
}

TEST_F(GateTest, anUndoneDecisionLeavesItToTheThresholds)
{
    m_audit.rows = { decision("a", "pending") };
    EXPECT_EQ(run({ item("a", 1, 0) }).size(), 1u);
}

TEST_F(GateTest, waitsUntilTheSetIsSignedOff)
{
    m_plan.steps[1].params["policy"] = "wait";
    int waits = 0;
    m_control.onWait = [&] {
        if (++waits == 3)
            m_audit.signed_ = store::SignOffRow { .auditor = "Ann" };
    };
    EXPECT_EQ(run({ item("a", 1, 0) }).size(), 1u);
    EXPECT_EQ(waits, 3);
    EXPECT_EQ(m_sink.stages.front().state, store::StageState::AwaitingAudit);
    EXPECT_EQ(m_sink.stages.back().state, store::StageState::Running);
}

TEST_F(GateTest, aStopEndsTheWait)
{
    m_plan.steps[1].params["policy"] = "wait";
    m_control.onWait = [&] { m_control.stop = StopRequest::Checkpoint; };
    run({ item("a", 1, 0) });
    ASSERT_FALSE(*m_result);
    EXPECT_EQ(m_result->error().code, base::ErrorCode::Stopped);
}

TEST_F(GateTest, theSetsContentIsPartOfItsAddress)
{
    run({ item("a", 1, 0), item("b", 1, 0) });
    const std::string all = (*m_result)->content;
    m_audit.rows = { decision("b", "reject") };
    run({ item("a", 1, 0), item("b", 1, 0) });
    EXPECT_NE((*m_result)->content, all);
    m_audit.rows = { decision("b", "accept") };
    run({ item("a", 1, 0), item("b", 1, 0) });
    EXPECT_EQ((*m_result)->content, all);
}

} // namespace
} // namespace msrl::stages
