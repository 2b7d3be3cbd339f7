// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody who leaves a run alone is told: by the desktop, by the page of a run that failed, by the
// marks on its curves.
#include "app/pages/curve_grid.h"
#include "app/pages/queue_panel.h"
#include "app/pages/run_notifier.h"
#include "app/pages/run_page.h"
#include "app/services/log_tail.h"
#include "app/services/run_queue.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "curve_grid_test.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/plot/curve_card.h"
#include "widgets/plot/custom_plot.h"

#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include <algorithm>
#include <memory>

using namespace msrl;
using store::RunPhase;

class TestRunWatching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_claim = std::make_unique<base::Result<store::RunClaim>>(
            store::claimRunFolder(path("run").toStdString(), named("night run")));
        QVERIFY(m_claim->ok());
        m_settings = std::make_unique<services::Settings>(path("settings.json"));
        m_runs = std::make_unique<services::RunRegistry>(m_folder->path(), path("runs.json"));
        m_session = std::make_unique<services::RunSession>(
            path("run"), nullptr, services::RunSessionOptions { .pollMs = 20, .processMs = 20 });
    }

    void cleanup()
    {
        m_session.reset();
        m_runs.reset();
        m_settings.reset();
        m_claim.reset();
        m_folder.reset();
    }

    void theDesktopIsToldOfEndsAndOfTheGate()
    {
        pages::RunNotifier notifier;
        QSignalSpy told(&notifier, &pages::RunNotifier::notified);
        notifier.setSession(m_session.get());
        enter(RunPhase::Running);
        m_session->start();
        QTRY_COMPARE(m_session->state().kind, store::RunStateKind::Running);
        QCOMPARE(told.size(), 0);
        enter(RunPhase::AwaitingAudit);
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told[0][0].toString().contains(QStringLiteral("auditor")));
        QVERIFY(told[0][1].toString().contains(QStringLiteral("night run")));
        enter(RunPhase::Running);
        enter(RunPhase::Failed, 4, "node rl: the loss is not finite");
        QTRY_COMPARE(told.size(), 2);
        QVERIFY(told[1][0].toString().contains(QStringLiteral("failed")));
        QVERIFY(told[1][1].toString().contains(QStringLiteral("the loss is not finite")));
        store::RunInfo later = (*m_claim)->info();
        later.endedMs = 1;
        QVERIFY((*m_claim)->update(later).ok());
        QTRY_COMPARE(m_session->info().endedMs, std::int64_t { 1 });
        QCOMPARE(told.size(), 2); // a further look at the same state tells nothing more
    }

    void whatHadHappenedBeforeIsNotNews()
    {
        enter(RunPhase::Finished, 0);
        pages::RunNotifier notifier;
        QSignalSpy told(&notifier, &pages::RunNotifier::notified);
        notifier.setSession(m_session.get());
        m_session->start();
        QTRY_COMPARE(m_session->state().kind, store::RunStateKind::Finished);
        QCOMPARE(told.size(), 0);
    }

    void whoWantsQuietIsLeftAlone()
    {
        pages::RunNotifier notifier;
        notifier.setEnabled(false);
        QSignalSpy told(&notifier, &pages::RunNotifier::notified);
        notifier.setSession(m_session.get());
        enter(RunPhase::Running);
        m_session->start();
        enter(RunPhase::Finished, 0);
        QTRY_COMPARE(m_session->state().kind, store::RunStateKind::Finished);
        QCOMPARE(told.size(), 0);
    }

    void aFailureShowsItsCodeItsLastLinesAndAHint()
    {
        std::string log;
        for (int i = 1; i <= 80; ++i)
            log += "line " + std::to_string(i) + "\n";
        log += "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n";
        QVERIFY(base::writeFileAtomically(m_session->folder().logFile(), log).ok());
        enter(RunPhase::Failed, 4, "node rl: out of memory");
        const std::unique_ptr<pages::RunPage> page = openPage();
        auto* bar = page->findChild<widgets::MessageBar*>();
        QTRY_VERIFY(bar->isVisible());
        const QString words = bar->message();
        QVERIFY2(words.contains(QStringLiteral("exit code 4")), qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("token budget")), qPrintable(words)); // what to do
        QTabWidget& tabs = page->tabs();
        QCOMPARE(tabs.tabText(tabs.count() - 1), QStringLiteral("Last lines"));
        auto* action = bar->findChild<QPushButton*>();
        QVERIFY(action && action->isVisible());
        QTest::mouseClick(action, Qt::LeftButton);
        QCOMPARE(tabs.currentIndex(), tabs.count() - 1);
        const auto* lines = qobject_cast<QPlainTextEdit*>(tabs.currentWidget());
        QVERIFY(lines);
        const QStringList shown = lines->toPlainText().split(QLatin1Char('\n'));
        QCOMPARE(shown.size(), 50);
        QVERIFY(shown.back().contains(QStringLiteral("out of memory")));
        QCOMPARE(shown.front(), QStringLiteral("line 32"));
    }

    // An engine that is gone without a word: the process is the test's claim, which names a dead one.
    void aVanishedEngineIsNamedWithWhatMayHaveEndedIt()
    {
        store::RunInfo info = (*m_claim)->info();
        info.phase = RunPhase::Running;
        info.process.startTicks += 1; // no process of this start is alive
        QVERIFY((*m_claim)->update(info).ok());
        const std::unique_ptr<pages::RunPage> page = openPage();
        auto* bar = page->findChild<widgets::MessageBar*>();
        QTRY_COMPARE(m_session->state().kind, store::RunStateKind::Killed);
        QTRY_VERIFY(bar->isVisible());
        QVERIFY(bar->message().contains(QString::number(info.process.pid)));
        QVERIFY(bar->message().contains(QStringLiteral("dmesg")));
    }

    // Who waited for the engine keeps how it ended, and that may come after the page has noticed.
    void theSignalThatEndedAnEngineIsNamed()
    {
        store::RunInfo info = (*m_claim)->info();
        info.phase = RunPhase::Running;
        info.process.startTicks += 1;
        QVERIFY((*m_claim)->update(info).ok());
        QVERIFY(base::writeFileAtomically(m_session->folder().logFile(), "rl: 3/10\n").ok());
        const std::unique_ptr<pages::RunPage> page = openPage();
        auto* bar = page->findChild<widgets::MessageBar*>();
        QTRY_COMPARE(m_session->state().kind, store::RunStateKind::Killed);
        const int tabs = page->tabs().count();
        QVERIFY(m_session->folder().noteEnd(info.process, { 9, {} }).ok());
        QTRY_VERIFY(bar->message().contains(QStringLiteral("killed by signal 9 (SIGKILL)")));
        QVERIFY(bar->message().contains(QStringLiteral("dmesg")));
        QCOMPARE(page->tabs().count(), tabs);
        QVERIFY(m_session->folder().noteEnd(info.process, { 11, {} }).ok());
        QTRY_VERIFY(bar->message().contains(QStringLiteral("signal 11 (SIGSEGV)")));
        QVERIFY(!bar->message().contains(QStringLiteral("dmesg")));
    }

    // Whole lines as they are written, a bar that is drawn over itself by its last state, a file that begins
    // anew.
    void engineLogIsFollowedAndSearched()
    {
        const QString log = QString::fromStdString(m_session->folder().logFile().string());
        const auto write = [&log](const QByteArray& bytes, QIODevice::OpenMode mode) {
            QFile file(log);
            return file.open(QIODevice::WriteOnly | mode) && file.write(bytes) == bytes.size();
        };
        enter(RunPhase::Running);
        const std::unique_ptr<pages::RunPage> page = openPage();
        const auto* text = page->findChild<QPlainTextEdit*>(QStringLiteral("engineLog"));
        QVERIFY(text && text->toPlainText().isEmpty());
        QVERIFY(write("rl: started\nrl: 1/10\rrl: 2/10\nwarning: half", QIODevice::Append));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("rl: started\nrl: 2/10"));
        QVERIFY(write(" of it\n", QIODevice::Append));
        QTRY_VERIFY(text->toPlainText().endsWith(QStringLiteral("warning: half of it")));
        auto* panel = text->parentWidget();
        auto* search = panel->findChild<QLineEdit*>();
        search->setText(QStringLiteral("WARN"));
        QCOMPARE(text->toPlainText(), QStringLiteral("warning: half of it"));
        QVERIFY(write("rl: 3/10\nwarning: again\n", QIODevice::Append));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("warning: half of it\nwarning: again"));
        const auto labels = panel->findChildren<QLabel*>();
        const auto counts = [&labels](const QString& words) {
            return std::any_of(labels.begin(), labels.end(),
                [&](const QLabel* label) { return label->text().startsWith(words); });
        };
        QVERIFY(counts(QStringLiteral("2 of 5 lines")));
        search->clear();
        QCOMPARE(text->blockCount(), 5);
        QVERIFY(write("anew\n", QIODevice::Truncate));
        QTRY_COMPARE(text->toPlainText(), QStringLiteral("anew"));
        // Of a long file the end, from its first whole line on.
        services::LogTail tail(nullptr, 20);
        QStringList lines;
        connect(&tail, &services::LogTail::linesArrived, this,
            [&lines](const QStringList& more) { lines += more; });
        QVERIFY(write(QByteArray(2 * services::LogTail::kMostPast, 'x') + "\nend\n", QIODevice::Truncate));
        tail.follow(log);
        QTRY_COMPARE(lines, QStringList { QStringLiteral("end") });
        QVERIFY(tail.leftOut() > services::LogTail::kMostPast / 2);
    }

    // On the axis of steps: a stage that follows one of 20 steps begins at 20.
    void marksStandWhereThingsHappened()
    {
        auto store = store::RunStore::open(m_session->folder().runDatabase());
        QVERIFY(store.ok());
        for (const char* stage : { "rl1", "rl2" }) {
            store::StageRow row;
            row.stage = row.nodeId = stage;
            row.nodeType = "rl";
            row.title = stage;
            QVERIFY(store->putStage(row).ok());
            for (int step = 1; step <= 20; ++step)
                QVERIFY(
                    store->append(store::MetricRow { 0, stage, step, "reward", "new", 0.1 * step, 0 }).ok());
        }
        mark(*store, "checkpoint", "rl1", 10);
        mark(*store, "parameter", "rl2", 5);
        mark(*store, "replay", "rl2", 12);
        mark(*store, "checkpoint", "rl2", 20);
        mark(*store, "checkpoint", "rl2", 1000); // a step of which no curve tells
        enter(RunPhase::Running);
        pages::CurveGrid* grid = nullptr;
        const std::unique_ptr<pages::RunPage> page = openPage();
        grid = page->findChild<pages::CurveGrid*>();
        grid->setAxis(models::CurveAxis::Step);
        const widgets::CurvePlot& reward = *grid->cards().front()->curve();
        QTRY_COMPARE(reward.checkpointMarks(), (QVector<double> { 10, 40, 40 }));
        QTRY_VERIFY(reward.markerWords().contains(QStringLiteral("rl2")));
        for (const char* word : { "parameter", "replay" })
            QTRY_VERIFY(reward.markerWords().contains(QString::fromLatin1(word)));
        // A resume from step 12 of the first stage takes back what came after it.
        QVERIFY(store->truncateAfter("rl2", 12).ok());
        QTRY_COMPARE(reward.points(QStringLiteral("new")).size(), 20 + 1 + 12);
    }

    void theQueueIsSeenWhileSomethingWaits()
    {
        services::RunQueue queue(path("queue"), *m_runs, [] { return QString(); }, nullptr, { 20, 1000 });
        pages::QueuePanel panel(queue);
        panel.show();
        QVERIFY(panel.isHidden());
        enter(RunPhase::Running); // this process is its engine: the device is in use
        m_runs->scan();
        QVERIFY(base::writeFileAtomically(path("p.msrl").toStdString(), "{}").ok());
        for (const char* title : { "one", "two" })
            QVERIFY(queue.add(QString::fromLatin1(title), path("p.msrl"), {}).ok());
        QTRY_VERIFY(!panel.isHidden());
        const auto* list = panel.findChild<QTreeWidget*>();
        QCOMPARE(list->topLevelItemCount(), 2);
        QTRY_VERIFY(list->topLevelItem(0)->text(3).contains(QStringLiteral("run (running)"))
            || list->topLevelItem(0)->text(3).contains(QStringLiteral("which run uses")));
        QTest::mouseClick(panel.findChild<QPushButton*>(QStringLiteral("queueDown")), Qt::LeftButton);
        QCOMPARE(list->topLevelItem(0)->text(1), QStringLiteral("two"));
        QCOMPARE(list->currentItem()->text(1), QStringLiteral("one")); // what was chosen stays so
        for (int i = 0; i < 2; ++i)
            QTest::mouseClick(panel.findChild<QPushButton*>(QStringLiteral("queueRemove")), Qt::LeftButton);
        QVERIFY(panel.isHidden());
    }

private:
    static store::RunInfo named(const char* name)
    {
        store::RunInfo info;
        info.name = name;
        return info;
    }

    QString path(const char* name) const { return m_folder->filePath(QString::fromLatin1(name)); }

    // As the engine writes it.
    void enter(RunPhase phase, std::optional<int> exitCode = {}, const char* error = "")
    {
        store::RunInfo info = (*m_claim)->info();
        info.phase = phase;
        info.exitCode = exitCode;
        info.error = error;
        QVERIFY((*m_claim)->update(info).ok());
    }

    static void mark(store::RunStore& store, const char* kind, const char* stage, std::int64_t step)
    {
        store::EventRow event;
        event.kind = kind;
        event.stage = stage;
        event.step = step;
        event.text = kind;
        QVERIFY(store.append(event).ok());
    }

    std::unique_ptr<pages::RunPage> openPage()
    {
        auto page = std::make_unique<pages::RunPage>(pages::PageContext { *m_settings, *m_runs });
        page->setSession(m_session.get());
        m_session->start();
        page->resize(1300, 800);
        page->show();
        return page;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<base::Result<store::RunClaim>> m_claim;
    std::unique_ptr<services::Settings> m_settings;
    std::unique_ptr<services::RunRegistry> m_runs;
    std::unique_ptr<services::RunSession> m_session;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    TestRunWatching watching;
    TestCurveGrid cards;
    const int failed = QTest::qExec(&watching, argc, argv);
    return failed + QTest::qExec(&cards, argc, argv);
}

#include "tst_run_watching.moc"
