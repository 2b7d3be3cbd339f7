// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/judge/acceptance.h"
#include "engine/stages/candidates_file.h"
#include "engine/stages/data_card.h"
#include "engine/stages/inputs.h"
#include "engine/stages/stage_functions.h"
#include "recording.h"

#include <gtest/gtest.h>

#include <cmath>

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
        gate.params
            = { { "policy", "automatic" }, { "min_vote_share", 0.6 }, { "confidence", "mean_logprob" },
                  { "min_confidence", -1.0 }, { "max_error", 0.5 }, { "sample", 0 } };
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

TEST_F(GateTest, byHandOnlyDecisionsTrain)
{
    m_plan.steps[1].params["policy"] = "by_hand";
    m_control.onWait = [&] { m_audit.signed_ = store::SignOffRow { .auditor = "Ann" }; };
    m_audit.rows = { decision("kept", "accept"), decision("weak", "accept"), decision("no", "reject") };
    const auto accepted
        = run({ item("sure", 1, 0), item("kept", 1, 0), item("weak", 0.1, -9), item("no", 1, 0) });
    EXPECT_EQ(accepted, (Accepted { { "kept", "machine's target" }, { "weak", "machine's target" } }));
    EXPECT_EQ(m_sink.stages.front().state, store::StageState::AwaitingAudit);
}

// An error of one half is ruled out by five flawless looks: 0.5^5 < 0.05.
TEST_F(GateTest, aFlawlessSampleLetsTheSetThrough)
{
    m_plan.steps[1].params["policy"] = "sampled";
    std::vector<CandidateItem> items;
    std::vector<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        items.push_back(item("s" + std::to_string(i), 1, 0));
        ids.push_back("s" + std::to_string(i));
    }
    items.push_back(item("below", 0.2, 0)); // not let through, so not drawn
    const auto order = judge::drawOrder(ids, "cmkd");
    int waits = 0;
    m_control.onWait = [&] { m_audit.rows.push_back(decision(ids[order.at(waits++)], "accept")); };
    EXPECT_EQ(run(items).size(), 20u);
    EXPECT_EQ(waits, 5);
    EXPECT_EQ(m_sink.stages.front().message, "waits for decisions about a random sample: 0 of 5 made");
    EXPECT_EQ(m_sink.stages.back().state, store::StageState::Running);
    const auto text = base::readFile(m_dir / "out" / kDataCardFile);
    const base::Json card = base::Json::parse(*text);
    EXPECT_EQ(card["random_sample"]["checked"], 5);
    EXPECT_NEAR(card["random_sample"]["error_below"].get<double>(), 1 - std::pow(0.05, 1.0 / 5), 1e-9);
    EXPECT_EQ(card["counts"]["accepted"], 20);
    EXPECT_EQ(card["hashes"]["samples"], *base::sha256OfFile(m_dir / "out" / kSamplesFile));
    EXPECT_TRUE(card["sign_off"].is_null());
}

TEST_F(GateTest, aSampleWithAnErrorTooManyWaitsForTheSignOff)
{
    m_plan.steps[1].params["policy"] = "sampled";
    std::vector<CandidateItem> items;
    for (int i = 0; i < 5; ++i) {
        items.push_back(item("s" + std::to_string(i), 1, 0));
        m_audit.rows.push_back(decision("s" + std::to_string(i), i == 2 ? "reject" : "accept"));
        m_audit.rows.back().caption = i == 2 ? "wrong" : "";
    }
    int waits = 0;
    m_control.onWait = [&] {
        if (++waits == 2)
            m_audit.signed_ = store::SignOffRow { .auditor = "Ann" };
    };
    EXPECT_EQ(run(items).size(), 4u);
    EXPECT_EQ(waits, 2);
    EXPECT_NE(m_sink.stages.front().message.find("1 of 5 in the random sample are wrong"), std::string::npos);
    const base::Json card = base::Json::parse(*base::readFile(m_dir / "out" / kDataCardFile));
    EXPECT_EQ(card["sign_off"]["auditor"], "Ann");
    EXPECT_EQ(card["decisions"][""]["accept"], 4);
    EXPECT_EQ(card["captions"]["decided"], 5);
    EXPECT_EQ(card["captions"]["wrong"], 1);
}

TEST_F(GateTest, theThresholdMayBeOfAnotherMeasure)
{
    m_plan.steps[1].params["confidence"] = "answer_prob";
    m_plan.steps[1].params["min_confidence"] = 0.9;
    std::vector<CandidateItem> items { item("sure", 1, -5), item("unsure", 1, 0), item("unknown", 1, 0) };
    items[0].row.paths[0].confidence["answer_prob"] = 0.95;
    items[1].row.paths[0].confidence["answer_prob"] = 0.6;
    EXPECT_EQ(run(items), (Accepted { { "sure", "machine's target" } }));
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
