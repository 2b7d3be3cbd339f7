// SPDX-License-Identifier: GPL-3.0-or-later
// The Run and Evaluate pages over a run.db that grows while they look.
#include "app/pages/action_registry.h"
#include "app/pages/curve_grid.h"
#include "app/pages/health_panel.h"
#include "app/pages/live_values_dialog.h"
#include "app/pages/run_page.h"
#include "app/pages/samples_panel.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/store/run_store.h"
#include "metric_row.h"
#include "run_samples_test.h"
#include "tests/support/sample_run.h"
#include "widgets/form/form_view.h"
#include "widgets/plot/curve_card.h"
#include "widgets/plot/custom_plot.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

using namespace msrl;
using tests::metric;

class TestRunPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_run = m_folder->path() + QStringLiteral("/run");
        m_settings
            = std::make_unique<services::Settings>(m_folder->path() + QStringLiteral("/settings.json"));
        m_runs = std::make_unique<services::RunRegistry>(
            m_folder->path(), m_folder->path() + QStringLiteral("/runs.json"));
    }
    void cleanup()
    {
        m_page.reset();
        m_session.reset();
        m_runs.reset();
        m_settings.reset();
        m_folder.reset();
    }

    void curvesAppearWithTheirFirstPointAndGrow()
    {
        QVERIFY(openEmptyRun());
        const widgets::CurveCard* reward = m_page->grid().cards().front();
        QVERIFY(reward->curve()->isEmpty());
        auto store = store::RunStore::open((m_run + QStringLiteral("/run.db")).toStdString());
        QVERIFY(store.ok());
        QVERIFY(store->append(metric("rl1b", 1, "reward", 0.5)).ok());
        QVERIFY(store->flush().ok());
        QTRY_COMPARE(reward->curve()->seriesNames(), QStringList { QStringLiteral("new") });
        QCOMPARE(reward->curve()->points(QStringLiteral("new")).size(), 1);
        QCOMPARE(reward->curve()->lastPoint(QStringLiteral("new"))->y(), 0.5);
        for (int step = 2; step <= 40; ++step)
            QVERIFY(store->append(metric("rl1b", step, "reward", 0.01 * step)).ok());
        QVERIFY(store->flush().ok());
        QTRY_COMPARE(reward->curve()->points(QStringLiteral("new")).size(), 40);
        // A resume from step 30: what came after it is gone, and what is written anew takes its place.
        QVERIFY(store->truncateAfter("rl1b", 30).ok());
        QVERIFY(store->append(metric("rl1b", 31, "reward", 0.9)).ok());
        QVERIFY(store->flush().ok());
        QTRY_COMPARE(reward->curve()->points(QStringLiteral("new")).size(), 31);
        QCOMPARE(reward->curve()->lastPoint(QStringLiteral("new"))->y(), 0.9);
        // The next stage is drawn after a gap on the same axis.
        QVERIFY(store->append(metric("rl2", 1, "reward", 0.7)).ok());
        QVERIFY(store->flush().ok());
        QTRY_COMPARE(reward->curve()->lastPoint(QStringLiteral("new"))->y(), 0.7);
        const auto points = reward->curve()->points(QStringLiteral("new"));
        QVERIFY(points.back().x() > points[30].x());
    }

    // The same run, written in another order: every series has the colour that it had.
    void coloursDoNotDependOnWhatCameFirst()
    {
        const auto rows = [](bool replayFirst) {
            std::vector<store::MetricRow> all;
            for (const char* source : { "new", "replay" }) {
                for (const char* name : { "reward", "reward/accuracy", "reward/format" }) {
                    store::MetricRow row = metric("rl1b", 1, name, 0.5);
                    row.source = source;
                    all.push_back(row);
                }
            }
            if (replayFirst)
                std::reverse(all.begin(), all.end());
            return all;
        };
        using Colours = std::map<QString, int>;
        std::vector<Colours> seen;
        for (const bool replayFirst : { false, true }) {
            models::CurveSet curves;
            pages::CurveGrid grid(curves);
            grid.show();
            for (const store::MetricRow& row : rows(replayFirst)) // one poll each
                curves.append(std::vector<store::MetricRow> { row });
            Colours colours;
            for (std::size_t card = 0; card < 2; ++card) {
                for (const QString& name : grid.cards()[card]->curve()->seriesNames())
                    colours[QString::number(card) + name]
                        = grid.cards()[card]->curve()->seriesColourIndex(name);
            }
            seen.push_back(colours);
        }
        QCOMPARE(seen[0].size(), std::size_t { 6 });
        QCOMPARE(seen[0], seen[1]);
        QCOMPARE(seen[0].at(QStringLiteral("0new")), 0);
    }

    // The batch as a whole would cover its parts, and zigzag between their values under one name.
    void theWholeGivesWayToItsParts()
    {
        models::CurveSet curves;
        pages::CurveGrid grid(curves);
        grid.show();
        store::MetricRow whole = metric("rl1b", 1, "reward/accuracy", 0.5);
        whole.source.clear();
        curves.append(std::vector<store::MetricRow> { whole });
        const widgets::CurvePlot* plot = grid.cards()[1]->curve();
        QCOMPARE(plot->seriesNames(), QStringList { QStringLiteral("accuracy") });
        store::MetricRow fresh = metric("rl1b", 1, "reward/accuracy", 0.25);
        store::MetricRow old = fresh;
        old.source = "replay";
        old.value = 0.75;
        curves.append(std::vector<store::MetricRow> { fresh, old });
        QCOMPARE(plot->points(QStringLiteral("accuracy")).size(), 1);
        QCOMPARE(plot->lastPoint(QStringLiteral("accuracy"))->y(), 0.25);
        QCOMPARE(plot->lastPoint(QStringLiteral("accuracy · replay"))->y(), 0.75);
    }

    // A part of the axis that is chosen in one card is what all cards show, each fitted to it.
    void aZoomIsTheZoomOfAllCards()
    {
        QVERIFY(tests::writeSampleRun(m_run.toStdString()).ok());
        open();
        widgets::CurvePlot* reward = m_page->grid().cards()[0]->curve();
        widgets::CurvePlot* accuracy = m_page->grid().cards()[3]->curve();
        QTRY_VERIFY(reward->plot()->xAxis->range().size() > 3); // both RL stages are drawn
        QTRY_COMPARE(accuracy->points(QStringLiteral("accuracy")).size(), 201); // and a gap
        QTRY_COMPARE(accuracy->xRange().y(), reward->xRange().y());
        const QPointF whole = accuracy->xRange();
        QCustomPlot* plot = reward->plot();
        const QRect area = plot->axisRect()->rect();
        QTest::mousePress(plot, Qt::LeftButton, {}, area.topLeft() + QPoint(area.width() / 4, 4));
        QTest::mouseMove(plot, area.topLeft() + QPoint(area.width() / 3, 10));
        QTest::mouseMove(plot, area.bottomLeft() + QPoint(area.width() / 2, -4));
        QTest::mouseRelease(plot, Qt::LeftButton, {}, area.bottomLeft() + QPoint(area.width() / 2, -4));
        QVERIFY(reward->xRange().x() > whole.x() && reward->xRange().y() < whole.y());
        QTRY_COMPARE(accuracy->xRange(), reward->xRange());
        QTest::mouseDClick(plot, Qt::LeftButton, {}, area.center());
        QTRY_COMPARE(accuracy->xRange(), whole);
        QCOMPARE(reward->xRange(), whole);
    }

    void samplesAreSearchedAndStepped()
    {
        QVERIFY(tests::writeSampleRun(m_run.toStdString()).ok());
        open();
        auto* slider = m_page->findChild<QSlider*>(QStringLiteral("stepSlider"));
        const auto* panel = m_page->findChild<pages::SamplesPanel*>();
        QTRY_COMPARE(slider->maximum(), 1); // two RL stages kept their last step
        QCOMPARE(slider->value(), 1);
        QCOMPARE(panel->model().group(0)->stage, std::string("rl2a"));
        slider->setValue(0);
        QCOMPARE(panel->model().group(0)->stage, std::string("rl1b"));
        auto* search = m_page->findChild<QLineEdit*>(QStringLiteral("sampleSearch"));
        const std::string id = panel->model().group(3)->completions.front().sampleId;
        QTest::keyClicks(search, QString::fromStdString(id));
        QCOMPARE(panel->model().rowCount(), 1);
        QCOMPARE(panel->model().group(0)->completions.front().sampleId, id);
        search->clear();
        QCOMPARE(panel->model().rowCount(), 16);
        auto* show = m_page->findChild<QComboBox*>(QStringLiteral("sampleShow"));
        const int replay = static_cast<int>(models::SampleGroupModel::Show::Replay);
        show->setCurrentIndex(replay);
        Q_EMIT show->activated(replay);
        QVERIFY(show->currentText().endsWith(QString::number(panel->model().rowCount())));
        QCOMPARE(panel->model().rowCount(), 2); // every sixth of sixteen prompts
    }

    void healthIsCountedOnItsTab()
    {
        QVERIFY(openEmptyRun());
        auto store = store::RunStore::open((m_run + QStringLiteral("/run.db")).toStdString());
        for (int step = 1; step <= 30; ++step)
            QVERIFY(store->append(metric("rl1b", step, "zero_variance", 0.95)).ok());
        QVERIFY(store->flush().ok());
        auto* health = m_page->findChild<pages::HealthPanel*>();
        health->setDisk({}); // whatever room this machine has
        QTRY_COMPARE(health->numFailed(), 1);
        QStringList titles;
        for (int i = 0; i < m_page->tabs().count(); ++i)
            titles << m_page->tabs().tabText(i);
        QVERIFY(titles.contains(QStringLiteral("Health (1)")));
        const auto* table = health->findChild<QTreeWidget*>();
        QCOMPARE(table->topLevelItem(0)->text(2), QStringLiteral("1b Text RL"));
        QVERIFY(table->topLevelItem(0)->text(3).startsWith(QStringLiteral("0.95")));
        const int checks = table->topLevelItemCount();
        health->setDisk({ 1'000'000'000, 0 });
        QCOMPARE(health->numFailed(), 2);
        QCOMPARE(table->topLevelItem(0)->text(2), QStringLiteral("the run"));
        QVERIFY(table->topLevelItem(0)->text(3).contains(QStringLiteral("free")));
        health->setDisk({ 9'000'000'000, 0 });
        QCOMPARE(health->numFailed(), 1);
        QCOMPARE(table->topLevelItem(checks)->text(2), QStringLiteral("the run"));
    }

    void buttonsFollowTheStateOfTheRun()
    {
        tests::SampleRunOptions options;
        options.numCandidates = 5;
        QVERIFY(tests::writeSampleRun(m_run.toStdString(), options).ok());
        open();
        auto* pause = m_page->findChild<QPushButton*>(QStringLiteral("pauseButton"));
        auto* stop = m_page->findChild<QPushButton*>(QStringLiteral("stopButton"));
        QTRY_VERIFY(m_page->stages().rowCount() > 0);
        QVERIFY(!pause->isEnabled()); // nothing listens on a control socket
        const store::RunFolder folder(m_run.toStdString());
        store::RunInfo info = *folder.readInfo();
        info.phase = store::RunPhase::Finished;
        info.endedMs = info.startedMs + 1000;
        info.exitCode = 0;
        QVERIFY(folder.writeInfo(info).ok());
        m_session->refresh();
        QTRY_VERIFY(!stop->isVisibleTo(m_page.get()));
        QVERIFY(!pause->isVisibleTo(m_page.get()));
    }

    // The form comes from the field table; only a value that the field takes, and another one, is sent.
    void aRunningStageIsGivenAnotherLearningRate()
    {
        QVERIFY(pages::LiveValuesDialog::isFor("rl"));
        QVERIFY(!pages::LiveValuesDialog::isFor("dataset"));
        curriculum::Node node;
        node.id = "rl_caption";
        node.type = "rl";
        node.params["lr"] = 1e-6;
        pages::LiveValuesDialog dialog(QStringLiteral("2a Caption RL"), node);
        dialog.show();
        QSignalSpy chosen(&dialog, &pages::LiveValuesDialog::valueChosen);
        auto* form = dialog.findChild<widgets::FormView*>();
        auto* apply = dialog.findChild<QPushButton*>(QStringLiteral("liveApply"));
        QVERIFY(!apply->isEnabled()); // nothing was changed
        Q_EMIT form->fieldEdited(QStringLiteral("lr"), 7.0); // above 1
        QVERIFY(!apply->isEnabled());
        Q_EMIT form->fieldEdited(QStringLiteral("lr"), 2e-6);
        QVERIFY(apply->isEnabled());
        Q_EMIT form->resetRequested(QStringLiteral("lr"));
        QVERIFY(!apply->isEnabled());
        Q_EMIT form->fieldEdited(QStringLiteral("lr"), 2e-6);
        apply->click();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("rl_caption.lr"));
        QCOMPARE(chosen[0][1].value<base::Json>(), base::Json(2e-6));
    }

    void stagesStandInTheTimelineWithTheGateWaiting()
    {
        QVERIFY(tests::writeSampleRun(m_run.toStdString()).ok());
        open();
        QTRY_COMPARE(m_page->stages().rowCount(), 8);
        const int active = m_page->stages().activeRow();
        QCOMPARE(m_page->stages().index(active).data().toString(), QStringLiteral("Audit gate"));
    }

    void cardsAreFilteredAndPinned()
    {
        QVERIFY(tests::writeSampleRun(m_run.toStdString(), {}).ok());
        open();
        const auto& cards = m_page->grid().cards();
        QLineEdit* filter = nullptr;
        for (QLineEdit* edit : m_page->findChildren<QLineEdit*>()) {
            if (edit->placeholderText() == QStringLiteral("Filter curves"))
                filter = edit;
        }
        const auto shown = [&cards] {
            QStringList titles;
            for (const widgets::CurveCard* card : cards) {
                if (card->isVisible())
                    titles << card->title();
            }
            return titles;
        };
        QVERIFY(filter);
        filter->setText(QStringLiteral("^kl|entropy"));
        QCOMPARE(
            shown(), (QStringList { QStringLiteral("KL to the stage's start"), QStringLiteral("Entropy") }));
        filter->setText(QStringLiteral("kl("));
        QCOMPARE(shown().size(), 2); // no expression: nothing changes
        filter->clear();
        QCOMPARE(shown().size(), static_cast<qsizetype>(cards.size()));
        Q_EMIT cards.back()->pinToggled(true);
        QCOMPARE(cards.back()->y(), 0);
        QVERIFY(cards.back()->isPinned());
        QVERIFY(cards.back()->x() < cards.front()->x() || cards.front()->y() > 0);
        Q_EMIT cards.back()->pinToggled(false);
        QVERIFY(cards.back()->y() > 0);
    }

    // As of the newest word of each stage; a resume takes words back.
    void replaySamplesThatCameMostAreNamed()
    {
        QVERIFY(openEmptyRun());
        auto store = store::RunStore::open((m_run + QStringLiteral("/run.db")).toStdString());
        QVERIFY(store.ok());
        const auto tell = [&store](std::int64_t step, const char* id, int times) {
            store::EventRow event;
            event.level = store::EventLevel::Debug;
            event.kind = "replay-use";
            event.stage = "rl2a";
            event.step = step;
            event.data = { { "mean", 2.0 }, { "set", 40 }, { "unused", 3 },
                { "samples", { { { "id", id }, { "times", times } }, { { "id", "b" }, { "times", 2 } } } } };
            return store->append(event).ok() && store->flush().ok();
        };
        const auto* table = m_page->findChild<QTreeWidget*>(QStringLiteral("replayUse"));
        const auto first = [table] {
            const QTreeWidgetItem* row = table->topLevelItem(0);
            return row ? row->text(1) + row->text(2) + row->text(3) : QString();
        };
        QVERIFY(tell(10, "a", 5) && tell(20, "c", 9));
        QTRY_COMPARE(first(), QStringLiteral("c94.50"));
        QCOMPARE(table->topLevelItemCount(), 2);
        QVERIFY(store->truncateAfter("rl2a", 15).ok() && store->flush().ok());
        QTRY_COMPARE(first(), QStringLiteral("a52.50"));
    }

private:
    bool openEmptyRun()
    {
        tests::SampleRunOptions nothing;
        nothing.withCurves = nothing.withSamples = nothing.withEvaluations = false;
        nothing.numCandidates = 0;
        const bool written = tests::writeSampleRun(m_run.toStdString(), nothing).ok();
        open();
        return written;
    }

    void open()
    {
        m_page = std::make_unique<pages::RunPage>(pages::PageContext { *m_settings, *m_runs });
        m_session = std::make_unique<services::RunSession>(m_run);
        m_page->setSession(m_session.get());
        m_session->start();
        m_page->resize(1300, 800);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_run;
    std::unique_ptr<services::Settings> m_settings;
    std::unique_ptr<services::RunRegistry> m_runs;
    std::unique_ptr<services::RunSession> m_session;
    std::unique_ptr<pages::RunPage> m_page;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    TestRunPage page;
    TestRunSamples samples;
    const int failed = QTest::qExec(&page, argc, argv);
    return failed + QTest::qExec(&samples, argc, argv);
}

#include "tst_run_page.moc"
