// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/report/run_page.h"
#include "core/store/audit_store.h"
#include "core/store/run_reader.h"
#include "core/store/run_store.h"
#include "tests/core/groups/group_sample.h"
#include "tests/support/plain_user.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace msrl::report {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunPageTest : public testing::Test
{
protected:
    void SetUp() override
    {
        store::RunInfo info;
        info.runId = "0123456789abcdef";
        info.name = "<three> & more";
        info.engineVersion = "9.9";
        info.device = "cpu";
        info.phase = store::RunPhase::Finished;
        info.createdMs = info.startedMs = 1'790'000'000'000;
        info.endedMs = info.startedMs + 125'000;
        ASSERT_TRUE(m_run.writeInfo(info));
        std::string project = groups::kThreeStages;
        project.replace(project.find("5.0"), 3, "2.5"); // not the default
        m_folder.write("project.msrl", project);
        m_folder.write("command.txt", "msrl-engine run three.msrl --seed 7\n");
        m_folder.write(
            "plan.json", R"({"steps": [{"id": "second", "inputs": {"policy": ["first.policy"]}}]})");
    }

    store::RunStore rows() { return *store::RunStore::open(m_run.runDatabase()); }

    static store::StageRow stage(int position, const std::string& id, const std::string& type)
    {
        store::StageRow row;
        row.stage = row.nodeId = id;
        row.nodeType = type;
        row.title = id + " title";
        row.position = position;
        row.state = store::StageState::Done;
        row.step = row.total = 30;
        row.startedMs = 1000;
        row.endedMs = 62'000;
        row.hash = "abcdef0123456789";
        return row;
    }

    static void writePoints(store::RunStore& run)
    {
        for (int step = 0; step < 30; ++step) {
            for (const char* source : { "new", "replay" }) {
                const double value = step == 3 ? std::numeric_limits<double>::quiet_NaN() : 0.1 * step;
                ASSERT_TRUE(run.append(store::MetricRow { 0, "third", step, "reward", source, value, 0 }));
            }
            ASSERT_TRUE(run.append(store::MetricRow { 0, "first", step, "loss", "", 2.0 - 0.1 * step, 0 }));
            ASSERT_TRUE(run.append(store::MetricRow { 0, "third", step, "loss", "", 5, 0 }));
        }
    }

    tests::TemporaryFolder m_folder;
    store::RunFolder m_run { m_folder.path() };
};

TEST_F(RunPageTest, tellsFiguresCurvesSettingsAndTheCommand)
{
    {
        store::RunStore run = rows();
        ASSERT_TRUE(run.putStage(stage(0, "base", "model")));
        ASSERT_TRUE(run.putStage(stage(1, "first", "sft")));
        ASSERT_TRUE(run.putStage(stage(2, "third", "rl")));
        store::StageRow evaluation = stage(3, "evaluate:third", "evaluate");
        evaluation.nodeId = "evaluate";
        ASSERT_TRUE(run.putStage(evaluation));
        writePoints(run);
        store::EvaluationRow row;
        row.stage = "evaluate:third";
        row.policy = "third";
        row.report = base::Json::parse(R"({"stage": "third", "sets": {"pixels": {"accuracy": 0.75,
            "both_orders": 0.5, "n": 50, "parse_failures": 1, "by_task": {"video_generation": 0.625}}}})");
        ASSERT_TRUE(run.append(row));
    }
    const base::Result<RunFacts> facts = readRunFacts(m_folder.path());
    ASSERT_TRUE(facts) << facts.error().message();
    ASSERT_EQ(facts->curves.size(), 3u); // loss of first, reward of third by source; not the loss of RL
    EXPECT_EQ(facts->curves[0].stage, "first");
    EXPECT_EQ(facts->curves[1].points.size(), 29u);
    EXPECT_EQ(facts->curves[1].notFinite, 1u);

    const std::string html = runPageHtml(*facts);
    EXPECT_THAT(html, HasSubstr("&lt;three&gt; &amp; more"));
    EXPECT_THAT(html, Not(HasSubstr("<three>")));
    EXPECT_THAT(html, HasSubstr("0.750 [0.66, 0.82]")); // Wilson's for 75 of 100, from a table
    EXPECT_THAT(html, HasSubstr("video generation"));
    EXPECT_THAT(html, HasSubstr("2 min 05 s"));
    EXPECT_THAT(html, HasSubstr("msrl-engine run three.msrl --seed 7"));
    EXPECT_THAT(html, HasSubstr("third title: reward"));
    EXPECT_THAT(html, HasSubstr("New : replay 2.5"));
    EXPECT_THAT(html, HasSubstr("<svg"));

    const RunPage page = runPageForPrint(*facts);
    EXPECT_EQ(page.pictures.size(), 2u);
    EXPECT_THAT(page.html, HasSubstr("picture:1"));
    EXPECT_THAT(page.html, Not(HasSubstr("<svg")));
}

TEST_F(RunPageTest, aRunThatHasJustBegunHasAPageToo)
{
    const base::Result<RunFacts> facts = readRunFacts(m_folder.path());
    ASSERT_TRUE(facts) << facts.error().message();
    EXPECT_THAT(runPageHtml(*facts), HasSubstr("No evaluation has finished yet"));
    EXPECT_FALSE(std::filesystem::exists(m_run.auditDatabase())); // reading makes no file
}

// What was said about paths that the teacher has written anew since says nothing to the gate either.
TEST_F(RunPageTest, decisionsAreThoseAboutTheSetAsItIs)
{
    store::RunStore run = rows();
    ASSERT_TRUE(run.putStage(stage(0, "cmkd", "cmkd")));
    store::CandidateRow item;
    item.stage = "cmkd";
    item.sampleId = "s1";
    item.paths.push_back({ .text = "first" });
    ASSERT_TRUE(run.append(item));
    ASSERT_TRUE(run.flush());
    store::RunReader reader(m_run.runDatabase());
    auto audit = store::AuditStore::open(m_run.auditDatabase());
    ASSERT_TRUE(audit);
    store::DecisionRow decision;
    decision.stage = "cmkd";
    decision.sampleId = "s1";
    decision.verdict = "accept";
    decision.judged = reader.candidateDigests("cmkd")->at("s1");
    ASSERT_TRUE(audit->append(decision));
    store::SignOffRow signOff;
    signOff.stage = "cmkd";
    signOff.auditor = "Ann";
    signOff.candidatesHash = *reader.candidatesHash("cmkd");
    ASSERT_TRUE(audit->signOff(signOff));
    const auto teacher = [this] { return readRunFacts(m_folder.path()).value().teachers.at(0); };
    EXPECT_EQ(teacher().decisions.accepted, 1);
    EXPECT_TRUE(teacher().signOff);
    item.paths.front().text = "second";
    ASSERT_TRUE(run.append(item));
    ASSERT_TRUE(run.flush());
    EXPECT_EQ(teacher().decisions.accepted, 0);
    EXPECT_FALSE(teacher().signOff);
}

TEST_F(RunPageTest, readingIsEnough)
{
    {
        store::RunStore run = rows();
        ASSERT_TRUE(run.putStage(stage(0, "cmkd", "cmkd")));
        store::CandidateRow item;
        item.stage = "cmkd";
        item.sampleId = "s1";
        item.paths.push_back({ .text = "first" });
        ASSERT_TRUE(run.append(item));
        ASSERT_TRUE(run.flush());
        auto audit = store::AuditStore::open(m_run.auditDatabase());
        ASSERT_TRUE(audit);
        store::DecisionRow decision;
        decision.stage = "cmkd";
        decision.sampleId = "s1";
        decision.verdict = "accept";
        ASSERT_TRUE(audit->append(decision));
    }
    const tests::ReadOnlyFolder readOnly(m_folder.path());
    if (!tests::worksForPlainUser([this] { return ::access(m_run.infoFile().c_str(), R_OK) == 0; }))
        GTEST_SKIP() << "others may not enter the folder of temporary files";
    EXPECT_TRUE(tests::worksForPlainUser([this] {
        const base::Result<RunFacts> facts = readRunFacts(m_folder.path());
        return ::access(m_folder.path().c_str(), W_OK) != 0 && facts
            && facts->teachers.at(0).decisions.accepted == 1;
    }));
}

TEST_F(RunPageTest, readingDoesNotBeginWithoutARun)
{
    const tests::TemporaryFolder empty;
    const base::Result<RunFacts> facts = readRunFacts(empty.path());
    ASSERT_FALSE(facts);
    EXPECT_EQ(facts.error().code, base::ErrorCode::BadInput);
    EXPECT_THAT(facts.error().message(), HasSubstr("run.json"));
    m_folder.write("project.msrl", "{");
    EXPECT_THAT(readRunFacts(m_folder.path()).error().message(), HasSubstr("project.msrl"));
}

} // namespace
} // namespace msrl::report
