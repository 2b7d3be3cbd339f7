// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/completion_path.h"
#include "app/models/event_log_model.h"
#include "app/models/run_estimate.h"
#include "app/models/sample_group_model.h"
#include "app/models/sample_sources.h"
#include "app/models/stage_list_model.h"
#include "app/models/strings.h"
#include "core/curriculum/templates.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace msrl;

namespace {

constexpr auto kReport = QAbstractItemModelTester::FailureReportingMode::QtTest;

store::StageRow stage(const std::string& id, int position, store::StageState state)
{
    store::StageRow row;
    row.stage = row.title = id;
    row.position = position;
    row.state = state;
    return row;
}

store::EventRow remark(store::EventLevel level, const std::string& kind, const std::string& text)
{
    store::EventRow row;
    row.level = level;
    row.kind = kind;
    row.text = text;
    return row;
}

store::SampleRow sample(std::int64_t step, int prompt, int index, double reward)
{
    store::SampleRow row;
    row.stage = "rl";
    row.step = step;
    row.promptIndex = prompt;
    row.completionIndex = index;
    row.reward = reward;
    row.gold = "A";
    row.answer = reward > 0.5 ? "A" : "B";
    return row;
}

curriculum::Node node(const char* id, const char* type)
{
    curriculum::Node made;
    made.id = id;
    made.type = type;
    return made;
}

} // namespace

class TestRunModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stagesStandInPlanOrderWithTimeToGo()
    {
        models::StageListModel model;
        QAbstractItemModelTester tester(&model, kReport);
        store::StageRow running = stage("rl", 1, store::StageState::Running);
        running.step = 25;
        running.total = 100;
        running.startedMs = 10'000;
        model.setStages({ running, stage("sft", 0, store::StageState::Done) });
        model.setNow(60'000);
        QCOMPARE(model.index(0).data().toString(), QStringLiteral("sft"));
        QCOMPARE(model.activeRow(), 1);
        QCOMPARE(model.index(1).data(models::StageListModel::ProgressRole).toDouble(), 0.25);
        QCOMPARE(model.index(1).data(models::StageListModel::ElapsedRole).toDouble(), 50.0);
        QCOMPARE(model.index(1).data(models::StageListModel::RemainingRole).toDouble(), 150.0);
        QCOMPARE(model.index(0).data(models::StageListModel::RemainingRole).toDouble(), -1.0);
        // Another process goes on after step 20: its five steps took ten seconds each.
        running.startedMs = 5'000;
        model.setStages({ running, stage("sft", 0, store::StageState::Done) });
        model.setResumed("rl", 20, 10'000);
        QCOMPARE(model.index(1).data(models::StageListModel::RemainingRole).toDouble(), 750.0);
        running.step = 20;
        model.setStages({ running, stage("sft", 0, store::StageState::Done) });
        QCOMPARE(model.index(1).data(models::StageListModel::RemainingRole).toDouble(), -1.0);
        model.setResumed("rl", 10, 1'000); // of a process before
        QCOMPARE(model.index(1).data(models::StageListModel::RemainingRole).toDouble(), 220.0);
    }

    // Nobody bypassed it: the word is another one, and the reason stands beside it.
    void aStageThatNothingFeedsSaysSo()
    {
        models::StageListModel model;
        QAbstractItemModelTester tester(&model, kReport);
        model.setStages({ stage("sft", 0, store::StageState::Bypassed),
            stage("rl", 1, store::StageState::Bypassed), stage("distil", 2, store::StageState::Queued) });
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        const QString why = QStringLiteral("left out: nothing feeds its input 'samples' any more");
        model.setLeftOut("rl", why);
        QCOMPARE(changes.size(), 1);
        using models::StageListModel;
        QCOMPARE(model.index(0).data(StageListModel::StateTextRole).toString(), QStringLiteral("bypassed"));
        QVERIFY(model.index(0).data(StageListModel::MessageRole).toString().isEmpty());
        QCOMPARE(model.index(1).data(StageListModel::StateTextRole).toString(), QStringLiteral("left out"));
        QCOMPARE(model.index(1).data(StageListModel::MessageRole).toString(), why);
        model.setLeftOut("distil", why); // of an earlier start of the run: it is fed again
        QCOMPARE(model.index(2).data(StageListModel::StateTextRole).toString(), QStringLiteral("queued"));
        model.setStages({}); // another run
        model.setStages({ stage("rl", 0, store::StageState::Bypassed) });
        QCOMPARE(model.index(0).data(StageListModel::StateTextRole).toString(), QStringLiteral("bypassed"));
    }

    void aPromptCountsTokensThatFollowThemselves()
    {
        QCOMPARE(models::promptText("<img><IMG_CONTEXT><IMG_CONTEXT><IMG_CONTEXT></img>\n<b><c> two two"),
            QStringLiteral("<img><IMG_CONTEXT> ×3</img>\n<b><c> two two"));
        QCOMPARE(models::promptText("plain"), QStringLiteral("plain"));
    }

    void progressKeepsTheRowsInPlace()
    {
        models::StageListModel model;
        QAbstractItemModelTester tester(&model, kReport);
        model.setStages({ stage("sft", 0, store::StageState::Running) });
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.setStages({ stage("sft", 0, store::StageState::Done) });
        QCOMPARE(resets.size(), 0);
        QCOMPARE(changes.size(), 1);
    }

    void logFilterShowsWhatIsAskedFor()
    {
        models::EventLogModel model;
        QAbstractItemModelTester tester(&model, kReport);
        models::EventLogFilter filter;
        QAbstractItemModelTester filterTester(&filter, kReport);
        filter.setSourceModel(&model);
        const std::vector<store::EventRow> events { remark(store::EventLevel::Info, "stage",
                                                        "stage sft started"),
            remark(store::EventLevel::Warning, "health", "many completions are cut"),
            remark(store::EventLevel::Debug, "log", "seed 7"),
            remark(store::EventLevel::Error, "run-end", "disk full") };
        model.append(events);
        QCOMPARE(filter.rowCount(), 4);
        filter.setLeastLevel(store::EventLevel::Warning);
        QCOMPARE(filter.rowCount(), 2);
        filter.setSearch(QStringLiteral("DISK"));
        QCOMPARE(filter.rowCount(), 1);
        filter.setSearch({});
        filter.setLeastLevel(store::EventLevel::Debug);
        filter.setHiddenKinds({ "log" });
        QCOMPARE(filter.rowCount(), 3);
        model.append(events);
        QCOMPARE(filter.rowCount(), 6);
        QCOMPARE(model.numAtLevel(store::EventLevel::Warning), 2);
    }

    void groupsCompletionsByPromptWithMeanAndSpread()
    {
        models::SampleGroupModel model;
        QAbstractItemModelTester tester(&model, kReport);
        model.setSamples({ sample(3, 1, 1, 0), sample(3, 0, 0, 1), sample(3, 0, 1, 1), sample(3, 1, 0, 1) });
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.group(0)->promptIndex, 0);
        QCOMPARE(model.group(0)->rewardSpread(), 0.0);
        QCOMPARE(model.group(1)->meanReward(), 0.5);
        QCOMPARE(model.group(1)->rewardSpread(), 0.5);
        QCOMPARE(model.group(1)->accuracy(), 0.5);
        QCOMPARE(model.group(1)->completions[0].reward, 1.0);
        model.setOrder(models::SampleGroupModel::Order::LowestReward);
        QCOMPARE(model.group(0)->promptIndex, 1);
    }

    void aCompletionIsAPathWithColouredTokens()
    {
        using models::TokenHeat;
        store::SampleRow row = sample(3, 0, 0, 1);
        row.completion = "<a> \xC3\xA4!";
        row.rewardParts = { { "format", 1 } };
        row.numTokens = 5;
        QVERIFY(!models::hasHeat(row, TokenHeat::Logprob));
        QVERIFY(models::completionPath(row, TokenHeat::Logprob).tokens.empty());
        // Two tokens make the letter, the last one ends the turn.
        row.tokenBytes = { 3, 0, 3, 1, 0 };
        row.tokenLogprobs = { -0.5F, -3, -1, -0.25F, -2 };
        row.tokenEntropies = { 1, 0.25F, 2, 0, 0 };
        const store::CandidatePath path = models::completionPath(row, TokenHeat::Logprob);
        QCOMPARE(path.text, row.completion);
        QCOMPARE(path.answer, std::string("A"));
        QVERIFY(path.formatOk);
        QCOMPARE(path.numTokens, 5);
        QCOMPARE(path.tokens, (std::vector<std::string> { "<a>", " \xC3\xA4", "!" }));
        QCOMPARE(path.tokenLogprobs, (std::vector<float> { -0.5F, -3, -0.25F }));
        QCOMPARE(models::completionPath(row, TokenHeat::Entropy).tokenLogprobs,
            (std::vector<float> { -1, -2, 0 }));
        QVERIFY(models::completionPath(row).tokens.empty());
        row.tokenBytes.back() = 900; // a damaged file: nothing beyond the text
        QCOMPARE(models::completionPath(row, TokenHeat::Logprob).tokens.size(), std::size_t { 3 });
        row.rewardParts["format"] = 0.5;
        QVERIFY(!models::completionPath(row).formatOk);
    }

    void theBestAndTheWorstAreComparedFirst()
    {
        models::SampleGroup group;
        QCOMPARE(models::completionsToCompare(group), (std::pair { -1, -1 }));
        group.completions = { sample(3, 0, 0, 0.2) };
        QCOMPARE(models::completionsToCompare(group), (std::pair { 0, -1 }));
        group.completions = { sample(3, 0, 0, 1), sample(3, 0, 1, 1) }; // nothing between them
        QCOMPARE(models::completionsToCompare(group), (std::pair { 0, 1 }));
        group.completions = { sample(3, 0, 0, 0.2), sample(3, 0, 1, 0), sample(3, 0, 2, 1.4),
            sample(3, 0, 3, 0), sample(3, 0, 4, 1.4) };
        QCOMPARE(models::completionsToCompare(group), (std::pair { 2, 1 }));
    }

    void showsTheGroupsThatAreAskedFor()
    {
        using Show = models::SampleGroupModel::Show;
        store::SampleRow cut = sample(3, 1, 0, 1);
        cut.finishReason = "length";
        cut.completion = "<think> It goes on and";
        cut.answer.clear();
        store::SampleRow replayed = sample(3, 2, 0, 1);
        replayed.source = "replay";
        models::SampleGroupModel model;
        QAbstractItemModelTester tester(&model, kReport);
        model.setSamples({ sample(3, 0, 0, 1), sample(3, 0, 1, 0), cut, replayed });
        const std::pair<Show, int> counts[] { { Show::All, 3 }, { Show::NoSpread, 2 }, { Show::Cut, 1 },
            { Show::FormatError, 1 }, { Show::Replay, 1 } };
        for (const auto& [show, count] : counts) {
            QCOMPARE(model.count(show), count);
            model.setShow(show);
            QCOMPARE(model.rowCount(), count);
        }
        QCOMPARE(model.group(0)->promptIndex, 2); // the replayed one
        model.setShow(Show::All);
        model.setSearch(QStringLiteral("GOES ON"));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.group(0)->promptIndex, 1);
        QCOMPARE(model.count(Show::All), 3); // of the step, not of what is found
        model.setSearch(QStringLiteral("nowhere"));
        QCOMPARE(model.rowCount(), 0);
    }

    void aStepRunAgainShowsItsNewestCompletions()
    {
        store::SampleRow first = sample(3, 0, 0, 0);
        first.rowid = 1;
        store::SampleRow second = sample(3, 0, 0, 1);
        second.rowid = 9;
        const auto groups = models::groupSamples({ second, first });
        QCOMPARE(groups.size(), std::size_t { 1 });
        QCOMPARE(groups[0].completions.size(), std::size_t { 1 });
        QCOMPARE(groups[0].completions[0].reward, 1.0);
    }

    void bytesAreWrittenWithThreeDigitsAtMost()
    {
        QCOMPARE(models::bytesText(0), QStringLiteral("0 B"));
        QCOMPARE(models::bytesText(999), QStringLiteral("999 B"));
        QCOMPARE(models::bytesText(1000), QStringLiteral("1.0 kB"));
        QCOMPARE(models::bytesText(999'600), QStringLiteral("1.0 MB"));
        QCOMPARE(models::bytesText(16'974'364'672), QStringLiteral("17 GB"));
        QCOMPARE(models::bytesText(2'121'795'584), QStringLiteral("2.1 GB"));
    }

    // By hand: 200 steps of 16 prompts and 8 completions; 100 steps took 50 s.
    void aRunIsEstimatedFromItsFieldsAndTheLastPace()
    {
        curriculum::Project project;
        for (const char* type : { "dataset", "rl", "sft" }) {
            project.nodes.emplace_back();
            project.nodes.back().id = project.nodes.back().type = type;
        }
        project.node("rl")->params = { { "steps", 200 } };
        store::StageRow row = stage("rl", 0, store::StageState::Done);
        row.nodeId = "rl";
        row.step = row.total = 100;
        row.startedMs = 1000;
        row.endedMs = 51'000;
        const auto stages = models::estimateRun(project, { row });
        QCOMPARE(stages.size(), std::size_t { 2 }); // a dataset takes no time of its own
        QCOMPARE(*stages[0].steps, std::int64_t { 200 });
        QCOMPARE(stages[0].completions, std::int64_t { 200 * 16 * 8 });
        QCOMPARE(
            stages[0].mostTokens, std::int64_t { 200 * 16 } * 4096 + std::int64_t { 200 * 16 * 8 } * 1024);
        QCOMPARE(*stages[0].seconds, 100.0);
        QVERIFY(!stages[1].steps && !stages[1].seconds); // depends on data that nobody counted
        project.node("rl")->bypassed = true;
        QCOMPARE(models::estimateRun(project, { row }).size(), std::size_t { 1 });
    }

    // By hand, before anything ran: 100 text and 40 visual samples with 60 media.
    void aFirstRunIsEstimatedFromItsData()
    {
        curriculum::Project project;
        const auto add = [&](const char* id, const char* type, base::Json params) {
            curriculum::Node& node = project.nodes.emplace_back();
            node.id = id;
            node.type = type;
            node.params = std::move(params);
        };
        add("text", "dataset", base::Json::object());
        add("visual", "dataset", base::Json::object());
        add("sft", "sft", { { "epochs", 3 }, { "batch_size", 32 } });
        add("captions", "captioner", { { "source", "policy" } });
        add("cmkd", "cmkd", { { "paths", 16 } });
        add("gate", "gate", base::Json::object());
        add("distil", "sft", { { "epochs", 1 }, { "batch_size", 32 } });
        add("evaluate", "evaluate", base::Json::object());
        project.edges
            = { { "text", "samples", "sft", "samples" }, { "visual", "samples", "captions", "preferences" },
                  { "captions", "captioned", "cmkd", "captioned" }, { "sft", "policy", "cmkd", "policy" },
                  { "cmkd", "candidates", "gate", "candidates" }, { "gate", "samples", "distil", "samples" },
                  { "sft", "policy", "evaluate", "policies" }, { "distil", "policy", "evaluate", "policies" },
                  { "text", "samples", "evaluate", "benchmarks" } };
        const auto stages
            = models::estimateRun(project, {}, { { "text", { 100, 0 } }, { "visual", { 40, 60 } } });
        std::map<std::string, models::StageEstimate> of;
        for (const models::StageEstimate& stage : stages) {
            QVERIFY(!stage.seconds); // nothing was measured
            of[stage.node] = stage;
        }
        QCOMPARE(*of["sft"].steps, std::int64_t { 12 }); // 3 epochs of 32 + 32 + 32 + 4
        QCOMPARE(*of["sft"].samples, std::int64_t { 300 });
        QCOMPARE(of["sft"].mostTokens, std::int64_t { 300 * (4096 + 1024) });
        QVERIFY(!of["sft"].atMost);
        QCOMPARE(of["captions"].completions, std::int64_t { 60 });
        QCOMPARE(of["captions"].mostTokens, std::int64_t { 60 * (4096 + 256) });
        QCOMPARE(*of["cmkd"].samples, std::int64_t { 40 });
        QCOMPARE(of["cmkd"].completions, std::int64_t { 640 });
        QCOMPARE(of["cmkd"].mostTokens, std::int64_t { 40 * 4096 + 640 * 1024 });
        QVERIFY(of["cmkd"].textBytes > 640 * 1024);
        QCOMPARE(*of["distil"].steps, std::int64_t { 2 });
        QVERIFY(of["distil"].atMost); // the gate may leave some out
        QCOMPARE(*of["evaluate"].samples, std::int64_t { 400 }); // two policies, both orders
        QCOMPARE(of["evaluate"].completions, std::int64_t { 400 });
        // What was not counted is not guessed, and a circle ends.
        project.edges.push_back({ "gate", "samples", "captions", "preferences" });
        for (const models::StageEstimate& stage :
            models::estimateRun(project, {}, { { "text", { 100, 0 } } }))
            QCOMPARE(stage.samples.has_value(), stage.node == "sft" || stage.node == "evaluate");
    }

    void theDatasetBehindAnInputIsFoundThroughItsCaptioner()
    {
        const curriculum::Project paper = *curriculum::templateProject("paper");
        QCOMPARE(models::datasetBehind(paper, "rl_caption", "preferences")->id, std::string("captioned"));
        QCOMPARE(models::datasetBehind(paper, "rl_caption", "replay")->id, std::string("text_rl"));
        QVERIFY(!models::datasetBehind(paper, "rl_text", "replay"));
        QVERIFY(
            models::readerOf(paper, "captioned").captions && !models::readerOf(paper, "visual_rl").captions);
        QCOMPARE(models::readerOf(paper, "text_rl").prompts, std::string("msrl"));
    }
};

QTEST_GUILESS_MAIN(TestRunModels)
#include "tst_run_models.moc"
