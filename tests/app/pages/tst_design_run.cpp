// SPDX-License-Identifier: GPL-3.0-or-later
// The Design page beside a run of its project: what it tells of the stages, and that it disturbs no edit.
#include "app/services/run_session.h"
#include "core/store/run_store.h"
#include "design_bench.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/wrapped_text.h"
#include "widgets/graph/node_item.h"

#include <QDir>
#include <QPushButton>
#include <QSignalSpy>

#include <memory>

using namespace msrl;
using test::Bench;
using test::threeStages;

namespace {

// A run of the bench's project that tells of the stage "b" what the test wants it to tell.
struct ToldRun
{
    explicit ToldRun(Bench& shown)
        : bench(shown)
        , path(shown.folder.filePath(QStringLiteral("run")))
    {
        QDir().mkpath(path);
        session = std::make_unique<services::RunSession>(path);
        bench.page.setSession(session.get());
        session->start();
    }
    ~ToldRun() { bench.page.setSession(nullptr); }
    ToldRun(const ToldRun&) = delete;
    ToldRun& operator=(const ToldRun&) = delete;

    bool tell(store::StageState state, std::int64_t step, const std::string& message = {})
    {
        auto db = store::RunStore::open((path + QStringLiteral("/run.db")).toStdString());
        store::StageRow row;
        row.stage = row.nodeId = "b";
        row.nodeType = "rl";
        row.state = state;
        row.step = step;
        row.total = 10;
        row.message = message;
        return db.ok() && db->putStage(row).ok() && db->flush().ok();
    }
    const widgets::GraphNode& shown() const
    {
        return bench.view.graph()->nodeItem(QStringLiteral("b"))->node();
    }

    Bench& bench;
    QString path;
    std::unique_ptr<services::RunSession> session;
};

// Both inputs of "b" are connected, so that nothing is wrong with it.
curriculum::Project runnable()
{
    curriculum::Project project = threeStages();
    project.nodes.push_back(test::placed("base", "model", 0, 200));
    project.edges.push_back({ "base", "policy", "b", "policy" });
    return project;
}

} // namespace

class TestDesignRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A run tells of its progress all the time; what a hand holds meanwhile stays in it.
    void aRunThatMovesOnDisturbsNoDrag()
    {
        Bench bench(runnable());
        ToldRun run(bench);
        QVERIFY(run.tell(store::StageState::Running, 1));
        QTRY_COMPARE(run.shown().progressText, QStringLiteral("1 / 10"));
        const auto port = [&](const char* id, const char* name, bool output) {
            return bench.view.mapFromScene(bench.view.graph()
                                               ->nodeItem(QString::fromLatin1(id))
                                               ->portScenePosition(QString::fromLatin1(name), output));
        };
        QWidget* canvas = bench.view.viewport();
        const QPoint from = port("a", "samples", true);
        const QPoint to = port("far", "preferences", false);
        QTest::mousePress(canvas, Qt::LeftButton, {}, from);
        QTest::mouseMove(canvas, (from + to) / 2);
        QVERIFY(run.tell(store::StageState::Running, 2));
        QTRY_COMPARE(run.shown().progressText, QStringLiteral("2 / 10"));
        QTest::mouseMove(canvas, to);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, to);
        QTRY_COMPARE(bench.document.project().edges.size(), std::size_t { 3 });
        // And so for the very stage that runs.
        const widgets::NodeItem* item = bench.view.graph()->nodeItem(QStringLiteral("b"));
        const QPoint grip = bench.view.mapFromScene(item->bodyRect().topLeft() + QPointF(60, 20));
        QTest::mousePress(canvas, Qt::LeftButton, {}, grip);
        QTest::mouseMove(canvas, grip + QPoint(20, 40));
        QTest::mouseMove(canvas, grip + QPoint(32, 64));
        const QPointF held = item->pos();
        QVERIFY(held != QPointF(bench.node("b").x, bench.node("b").y));
        QVERIFY(run.tell(store::StageState::Running, 3));
        QTRY_COMPARE(run.shown().progressText, QStringLiteral("3 / 10"));
        QCOMPARE(item->pos(), held);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, grip + QPoint(32, 64));
        QTRY_COMPARE(QPointF(bench.node("b").x, bench.node("b").y), held);
    }

    void theInspectorTellsWhatBecameOfTheStage()
    {
        Bench bench(runnable());
        bench.page.selectNode(QStringLiteral("b"));
        const auto* state = bench.page.findChild<widgets::StateLabel*>(QStringLiteral("stageState"));
        const auto* text = bench.page.findChild<widgets::WrappedText*>(QStringLiteral("stageMessage"));
        auto* open = bench.page.findChild<QPushButton*>(QStringLiteral("stageOpen"));
        QVERIFY(!state->isVisible()); // it is ready: nothing to say
        ToldRun run(bench);
        QVERIFY(run.tell(store::StageState::Running, 4));
        QTRY_COMPARE(state->word(), QStringLiteral("running"));
        QVERIFY(state->isVisible());
        QCOMPARE(text->text(), QStringLiteral("Step 4 of 10."));
        const QString why = QStringLiteral("pairs.jsonl:12 has no caption");
        QVERIFY(run.tell(store::StageState::Failed, 4, why.toStdString()));
        QTRY_COMPARE(text->text(), why);
        QCOMPARE(state->word(), QStringLiteral("failed"));
        QSignalSpy asked(&bench.page, &pages::Page::pageRequested);
        QVERIFY(open->isVisible());
        open->click();
        QCOMPARE(asked.takeFirst().value(0).toString(), QStringLiteral("run"));
        QVERIFY(run.tell(store::StageState::AwaitingAudit, 4));
        QTRY_COMPARE(state->word(), QStringLiteral("awaiting audit"));
        open->click();
        QCOMPARE(asked.takeFirst().value(0).toString(), QStringLiteral("audit"));
        bench.view.graph()->select({});
        QVERIFY(!state->isVisible());
    }

    // What keeps a stage from running is told where the stage is looked at.
    void aStageThatIsNotConfiguredSaysWhatItLacks()
    {
        Bench bench(threeStages());
        bench.page.selectNode(QStringLiteral("b"));
        const auto* text = bench.page.findChild<widgets::WrappedText*>(QStringLiteral("stageMessage"));
        QVERIFY(text->isVisible());
        QVERIFY2(text->text().contains(QStringLiteral("Policy")), qPrintable(text->text()));
        const QString tip = bench.view.graph()->nodeItem(QStringLiteral("b"))->node().tip;
        QVERIFY2(tip.contains(text->text().section(QLatin1Char('\n'), 0, 0)), qPrintable(tip));
        QVERIFY2(tip.contains(QStringLiteral("Preferences from ")), qPrintable(tip)); // the port's name
    }

    void aHiddenPageCatchesUpWhenItIsShown()
    {
        Bench bench(runnable());
        bench.page.hide();
        ToldRun run(bench);
        QVERIFY(run.tell(store::StageState::Done, 10));
        QTRY_VERIFY(!run.session->stages().empty());
        bench.page.show();
        bench.page.activated();
        QCOMPARE(run.shown().state, widgets::NodeState::Done);
    }
};

QTEST_MAIN(TestDesignRun)
#include "tst_design_run.moc"
