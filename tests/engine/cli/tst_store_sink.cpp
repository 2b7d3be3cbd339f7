// SPDX-License-Identifier: GPL-3.0-or-later
// What a reader of run.db sees, and when.
#include "core/store/run_reader.h"
#include "engine/cli/run_adapters.h"
#include "engine/cli/store_sink.h"
#include "engine/stages/followers.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace msrl::cli {
namespace {

// The step after it may take minutes: its rows must not wait for the next write.
TEST(StoreSink, theEndOfAStepShowsWhatTheStepWrote)
{
    const tests::TemporaryFolder folder;
    auto store = store::RunStore::open(folder / "run.db");
    ASSERT_TRUE(store);
    control::ControlState state;
    StoreSink sink(*store, state);
    store::StageRow stage;
    stage.stage = "rl";
    stage.state = store::StageState::Running;
    stage.hash = "h";
    sink.stage(stage);
    store::SampleRow sample;
    sample.stage = "rl";
    sample.step = 1;
    sink.metrics({ { 0, "rl", 1, "reward", "new", 0.5, 1 } });
    sink.samples({ sample });
    stage.step = 1;
    sink.stage(stage); // what TrainingSession::finishStep() does through progress()
    store::RunReader reader(folder / "run.db");
    EXPECT_EQ(reader.metricsAfter(0, 10)->size(), 1U);
    // Nor is the file locked meanwhile.
    auto other = store::RunStore::open(folder / "run.db");
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->append(store::EventRow {}));
    EXPECT_TRUE(sink.kept().ok());
}

// Ninety steps of another process, read from a checkpoint, say nothing of the pace of this one.
TEST(StoreSink, timeToGoCountsTheStepsSinceAResume)
{
    StagePace pace;
    store::StageRow stage;
    stage.stage = "rl";
    stage.state = store::StageState::Running;
    stage.total = 100;
    store::EventRow resume;
    resume.kind = "resume";
    pace.begin(0, 1000);
    pace.see(resume, 1001); // of the run, not of the stage
    stage.step = 5;
    EXPECT_DOUBLE_EQ(pace.secondsToGo(stage, 1010), 190);
    resume.stage = "rl";
    resume.step = stage.step = 90;
    pace.see(resume, 1020);
    EXPECT_DOUBLE_EQ(pace.secondsToGo(stage, 1030), -1);
    stage.step = 92;
    EXPECT_DOUBLE_EQ(pace.secondsToGo(stage, 1030), 40);

    const tests::TemporaryFolder folder;
    auto store = store::RunStore::open(folder / "run.db");
    ASSERT_TRUE(store);
    control::ControlState state;
    StoreSink sink(*store, state);
    stage.step = 0;
    sink.stage(stage); // what the executor says before the checkpoint is read
    sink.event(resume);
    stage.step = 90;
    sink.stage(stage);
    EXPECT_EQ(state.status().progress.step, 90);
    EXPECT_EQ(state.status().progress.etaSeconds, -1);
    stage.step = 91;
    sink.stage(stage);
    EXPECT_GE(state.status().progress.etaSeconds, 0);
}

// A plan knows a stage behind an audit gate by another hash than its result's address until its turn comes. A
// process that is killed before must not make the next one take the stage's rows for those of another result.
TEST(StoreSink, aRunThatIsKilledBeforeAStagesTurnKeepsTheStagesRows)
{
    const tests::TemporaryFolder folder;
    store::StageRow stage;
    stage.stage = "distil";
    const auto tell = [&](store::StageState state, const char* hash, bool metrics) {
        auto store = store::RunStore::open(folder / "run.db");
        ASSERT_TRUE(store);
        control::ControlState control;
        StoreSink sink(*store, control);
        stage.state = state;
        stage.hash = hash;
        sink.stage(stage);
        if (metrics)
            sink.metrics({ { 0, "distil", 1, "loss", "", 0.5, 1 } });
        EXPECT_TRUE(sink.kept().ok());
    };
    tell(store::StageState::Running, "address", true);
    tell(store::StageState::Queued, "of the plan", false); // killed here
    tell(store::StageState::Reused, "address", false);
    store::RunReader reader(folder / "run.db");
    EXPECT_EQ(reader.metricsAfter(0, 10)->size(), 1U);
    tell(store::StageState::Running, "another address", false);
    EXPECT_EQ(reader.metricsAfter(0, 10)->size(), 0U);
}

// A resume leaves the same stages out as the start did, and says so no second time.
TEST(StoreSink, knowsWhatAnEarlierStartHasTold)
{
    const tests::TemporaryFolder folder;
    store::EventRow event;
    event.kind = "left-out";
    event.stage = "distil";
    event.text = "nothing feeds it";
    for (const bool told : { false, true }) {
        auto store = store::RunStore::open(folder / "run.db");
        ASSERT_TRUE(store);
        control::ControlState control;
        StoreSink sink(*store, control);
        stages::NoSink silent;
        const stages::TeeSink all({ &silent, &sink });
        EXPECT_EQ(all.hasTold(event), told);
        sink.event(event);
        EXPECT_TRUE(all.hasTold(event));
        store::EventRow other = event;
        other.stage = "gate";
        EXPECT_FALSE(all.hasTold(other));
        other = event;
        other.text = "nothing feeds another input";
        EXPECT_FALSE(all.hasTold(other));
    }
}

// A teacher that wrote anew has other paths, and the gate hears only what was decided about these.
TEST(AuditFile, tellsTheGateWhatWasDecidedAboutThePresentPaths)
{
    const tests::TemporaryFolder folder;
    auto store = store::RunStore::open(folder / "run.db");
    ASSERT_TRUE(store);
    const auto distil = [&](const char* path) {
        store::CandidateRow row;
        row.stage = "cmkd";
        row.sampleId = "a";
        row.paths.emplace_back().text = path;
        EXPECT_TRUE(store->append(row));
        EXPECT_TRUE(store->flush());
        return store::RunReader(folder / "run.db").candidateDigests("cmkd")->at("a");
    };
    auto audit = store::AuditStore::open(folder / "audit.db");
    store::DecisionRow row;
    row.stage = "cmkd";
    row.sampleId = "a";
    row.verdict = "reject";
    row.judged = distil("first thought");
    ASSERT_TRUE(audit->append(row));
    const auto heard
        = [&] { return AuditFile(folder / "audit.db", folder / "run.db").decisions("cmkd")->size(); };
    EXPECT_EQ(heard(), 1U);
    const std::string second = distil("second thought");
    EXPECT_NE(second, row.judged);
    EXPECT_EQ(heard(), 0U);
    row.judged = second;
    ASSERT_TRUE(audit->append(row));
    EXPECT_EQ(heard(), 1U);
}

} // namespace
} // namespace msrl::cli
