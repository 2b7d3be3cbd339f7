// SPDX-License-Identifier: GPL-3.0-or-later
// The Evaluate page over a made-up run: figures, plot and judgements tell the same evaluation.
#include "app/pages/action_registry.h"
#include "app/pages/benchmark_panel.h"
#include "app/pages/evaluate_page.h"
#include "app/pages/judgement_browser.h"
#include "app/pages/media_view.h"
#include "app/pages/media_viewer.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "tests/support/sample_run.h"
#include "widgets/plot/reliability_plot.h"
#include "widgets/plot/stage_plot.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeWidget>

#include <algorithm>
#include <memory>

using namespace msrl;

class TestEvaluatePage : public QObject
{
    Q_OBJECT

private:
    struct Fixture
    {
        explicit Fixture(const tests::SampleRunOptions& options)
            : settings(folder.filePath(QStringLiteral("settings.json")))
            , runs(folder.path(), folder.filePath(QStringLiteral("runs.json")))
            , page({ settings, runs })
            , run(folder.filePath(QStringLiteral("run")))
        {
            written = tests::writeSampleRun(run.toStdString(), options).ok();
            page.registerActions(actions);
            page.resize(1300, 800);
        }
        ~Fixture() { page.setSession(nullptr); }

        void open()
        {
            session = std::make_unique<services::RunSession>(run);
            page.setSession(session.get());
            session->start();
            page.show();
            page.activated();
        }
        QComboBox* box(const char* name) { return page.findChild<QComboBox*>(QLatin1String(name)); }
        void choose(const char* name, int index)
        {
            box(name)->setCurrentIndex(index);
            Q_EMIT box(name)->activated(index);
        }
        int rows() { return page.judgements().model().rowCount(); }

        QTemporaryDir folder;
        services::Settings settings;
        services::RunRegistry runs;
        pages::ActionRegistry actions;
        pages::EvaluatePage page;
        QString run;
        std::unique_ptr<services::RunSession> session;
        bool written = false;
    };

    static tests::SampleRunOptions judged()
    {
        tests::SampleRunOptions options;
        options.withJudgements = true;
        return options;
    }

private Q_SLOTS:
    void evaluationsFillTheTable()
    {
        Fixture f({});
        QVERIFY(f.written);
        f.open();
        pages::EvaluatePage& page = f.page;
        QTRY_COMPARE(page.model().rowCount(), 4);
        QCOMPARE(page.model().index(3, 0).data().toString(), QStringLiteral("2a Caption RL"));
        QCOMPARE(page.model().columns().front().benchmark, std::string("pixels"));
        auto* choice = f.box("evaluationColumns");
        const auto* table = page.findChild<QTableView*>(QStringLiteral("evaluationTable"));
        for (int i = 0; i < choice->count(); ++i) {
            choice->setCurrentIndex(i);
            Q_EMIT choice->activated(i);
            const QString benchmark = choice->itemData(i).toString();
            for (int column = 1; column < page.model().columnCount(); ++column) {
                const auto& asked = page.model().columns()[static_cast<std::size_t>(column - 1)];
                if (benchmark == QString::fromStdString(asked.benchmark))
                    QVERIFY(!table->isColumnHidden(column));
                else if (!benchmark.isEmpty() && benchmark != QLatin1String("*"))
                    QVERIFY(table->isColumnHidden(column));
            }
        }
        QVERIFY(!table->isColumnHidden(page.model().columnCount() - 1)); // the last choice: all columns
    }

    // A line per benchmark and a point per policy, with the table's figures and intervals.
    void thePlotTellsWhatTheTableTells()
    {
        Fixture f({});
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        auto* plot = f.page.findChild<widgets::StagePlot*>(QStringLiteral("curriculumPlot"));
        QCOMPARE(plot->series().size(), 3);
        for (const widgets::StageSeries& line : plot->series()) {
            QCOMPARE(line.points.size(), 4);
            int column = 1;
            while (f.page.model().columns()[static_cast<std::size_t>(column - 1)].benchmark
                    != line.name.toStdString()
                || f.page.model().columns()[static_cast<std::size_t>(column - 1)].measure != "accuracy")
                ++column;
            for (int row = 0; row < 4; ++row) {
                const models::EvaluationCell* cell = f.page.model().cell(row, column);
                QCOMPARE(line.points[row]->value, cell->value);
                QCOMPARE(line.points[row]->low, cell->low);
                QVERIFY(line.points[row]->low < cell->value && cell->value < line.points[row]->high);
            }
        }
        QCOMPARE(plot->tipAt(plot->place(0, 3)).section(QLatin1Char('\n'), 0, 0),
            QStringLiteral("2a Caption RL, pixels: 0.412"));
        QVERIFY(plot->tipAt(QPointF(2, 2)).isEmpty());
        QVERIFY(plot->accessibleDescription().contains(QStringLiteral("captions: ")));
    }

    // Benchmark by task, of the policy that is selected: the last one to begin with.
    void theTasksOfTheSelectedPolicyAreShown()
    {
        Fixture f({});
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        const auto* plot = f.page.findChild<widgets::StagePlot*>(QStringLiteral("taskPlot"));
        auto* table = f.page.findChild<QTableView*>(QStringLiteral("evaluationTable"));
        for (const int row : { 3, 0 }) {
            if (row != 3)
                table->selectRow(row);
            QCOMPARE(plot->series().size(), 3);
            int points = 0;
            const auto& columns = f.page.model().columns();
            for (std::size_t i = 0; i < columns.size(); ++i) {
                const models::EvaluationCell* cell = f.page.model().cell(row, static_cast<int>(i) + 1);
                if (!columns[i].measure.starts_with("by_task/") || !cell)
                    continue;
                const auto told = QStringLiteral("%1 %2").arg(
                    models::measureText(columns[i].measure), QString::number(cell->value, 'f', 3));
                QVERIFY2(plot->accessibleDescription().contains(told), qPrintable(told));
                ++points;
            }
            QCOMPARE(points, 4);
        }
    }

    void theLastPolicyStaysSelectedWhileEvaluationsArriveUnlessAnotherOneIsLookedAt()
    {
        Fixture f({});
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        auto* table = f.page.findChild<QTableView*>(QStringLiteral("evaluationTable"));
        QCOMPARE(table->currentIndex().row(), 3);
        auto rows = store::RunStore::open(store::RunFolder(f.run.toStdString()).runDatabase());
        QVERIFY(rows.ok());
        store::EvaluationRow next = f.session->reader().evaluations()->back();
        for (const int looked : { 4, 1 }) {
            next.policy += "_next";
            next.stage = "evaluate:" + next.policy;
            QVERIFY(rows->append(next).ok() && rows->flush().ok());
            QTRY_COMPARE(f.page.model().rowCount(), looked == 4 ? 5 : 6);
            QCOMPARE(table->currentIndex().row(), looked);
            table->selectRow(1);
        }
    }

    // 24 pairs from pixels: of each six one is right in one order, one wrong, one half unread.
    void theErrorsOfAPolicyAreListedPairByPair()
    {
        Fixture f(judged());
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        f.page.tabs().setCurrentIndex(1);
        QCOMPARE(f.box("judgementPolicy")->currentText(), QStringLiteral("2a Caption RL"));
        QCOMPARE(f.box("judgementSet")->currentText(), QStringLiteral("pixels"));
        QCOMPARE(f.rows(), 12);
        QCOMPARE(f.box("judgementKind")->itemText(0), QStringLiteral("Errors · 12"));
        for (const auto& [kind, count] : { std::pair(1, 8), { 2, 4 }, { 3, 4 }, { 4, 24 } }) {
            f.choose("judgementKind", kind);
            QCOMPARE(f.rows(), count);
        }
        f.choose("judgementSet", 1);
        QCOMPARE(f.box("judgementSet")->currentText(), QStringLiteral("text"));
        QCOMPARE(f.rows(), 12);
        f.choose("judgementKind", 2);
        f.page.findChild<QLineEdit*>()->setText(QStringLiteral("text-010"));
        QCOMPARE(f.rows(), 1);
        // What was written in both orders stands beside the list.
        QStringList texts;
        for (const auto* text : f.page.findChildren<QPlainTextEdit*>())
            texts << text->toPlainText();
        QVERIFY(texts.filter(QStringLiteral("A: red\nB: green")).size() == 1);
        QVERIFY(texts.filter(QStringLiteral("<answer>B</answer>")).size() == 1);
        QVERIFY(texts.filter(QStringLiteral("<answer>A</answer>")).size() == 1);
    }

    // The last against the one before it, until others are chosen; a policy whose judgements were not kept
    // has nothing to compare.
    void twoPoliciesAreTestedOnTheSamePairs()
    {
        Fixture f(judged());
        auto rows = store::RunStore::open(store::RunFolder(f.run.toStdString()).runDatabase());
        QVERIFY(rows.ok());
        int pair = 0;
        bool exchanged = false;
        for (store::SampleRow row : tests::sampleJudgements("rl1b", f.run.toStdString())) {
            // From pixels: right where the other is wrong (4 pairs), wrong where it is right (5 pairs).
            if (row.source == "pixels" && pair % 6 == 4)
                row.answer = row.gold;
            if (row.source == "pixels" && (pair % 6 == 0 || pair == 1))
                row.answer = row.gold == "A" ? "B" : "A";
            pair += exchanged ? 1 : 0;
            exchanged = !exchanged;
            QVERIFY(rows->append(row).ok());
        }
        QVERIFY(rows->flush().ok());
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        f.page.tabs().setCurrentIndex(3);
        QCOMPARE(f.box("comparedPolicy")->currentText(), QStringLiteral("2a Caption RL"));
        QCOMPARE(f.box("comparedWith")->currentIndex(), 2);
        const auto* table = f.page.findChild<QTreeWidget*>(QStringLiteral("policyDifferences"));
        QVERIFY(table->isVisible());
        QCOMPARE(table->topLevelItemCount(), 2);
        QStringList pixels;
        for (int column = 0; column < table->columnCount(); ++column)
            pixels << table->topLevelItem(0)->text(column);
        pixels.removeAt(5); // the interval
        QCOMPARE(pixels.join(QLatin1Char(' ')), QStringLiteral("pixels 24 0.667 0.625 +0.042 5 4 15 1.000"));
        QCOMPARE(table->topLevelItem(1)->text(8), QStringLiteral("12"));
        f.choose("comparedWith", 3); // itself
        QCOMPARE(table->topLevelItem(0)->text(4), QStringLiteral("+0.000"));
        f.choose("comparedWith", 0); // kept none
        QCOMPARE(table->topLevelItemCount(), 0);
        QVERIFY(f.box("comparedWith")->isVisible());
    }

    // Pictures, frames of videos, and a pair that stays while policies and filters change.
    void whatTheJudgeSawStandsBesideWhatItSaid()
    {
        Fixture f(judged());
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        f.page.tabs().setCurrentIndex(1);
        f.choose("judgementKind", 4);
        auto* table = f.page.findChild<QTableView*>(QStringLiteral("judgementTable"));
        const auto items = [&] { return f.page.findChildren<pages::MediaItem*>(); };
        // An image, a video, two images to choose from, two videos.
        for (const auto& [row, count, video] :
            { std::tuple(0, 1, false), { 1, 1, true }, { 2, 2, false }, { 3, 2, true } }) {
            table->selectRow(row);
            QCOMPARE(items().size(), count);
            QCOMPARE(items().first()->isVideo(), video);
        }
        f.choose("judgementKind", 0);
        QCOMPARE(f.page.judgements().model().pair(table->currentIndex().row())->given.sampleId,
            std::string("pixels-003"));
        QVERIFY(QTest::qWaitForWindowActive(&f.page));
        auto* viewer = f.page.findChild<pages::MediaViewer*>();
        QTest::keyClick(table, Qt::Key_V);
        QVERIFY(viewer->isVisible());
        QTest::keyClick(viewer, Qt::Key_Escape);
        QVERIFY(!viewer->isVisible());
        f.choose("judgementSet", 1); // of text: no pictures
        QVERIFY(items().isEmpty());
    }

    void confidenceIsHeldAgainstWhatIsRight()
    {
        Fixture f(judged());
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        const auto claims = models::claimsOf(f.page.judgements().model().pairs(), "pixels");
        QCOMPARE(claims.size(), 48U);
        const auto right
            = std::count_if(claims.begin(), claims.end(), [](const judge::Scored& one) { return one.right; });
        QCOMPARE(static_cast<int>(right), 32);
        const QString told
            = f.page.findChild<widgets::ReliabilityPlot*>(QStringLiteral("judgementCalibration"))
                  ->accessibleDescription();
        QVERIFY(told.contains(QStringLiteral("right 1.00")) && told.contains(QStringLiteral("right 0.00")));
    }

    // Without a run, too: a benchmark is no part of a run.
    void aBenchmarkReportShowsGroupsVotesAndCalibration()
    {
        Fixture f({});
        f.page.show();
        const QString file = f.folder.filePath(QStringLiteral("report.json"));
        const auto share = [](int right, int n, double low, double high) {
            return base::Json { { "right", right }, { "n", n }, { "value", double(right) / n },
                { "wilson95", { low, high } } };
        };
        base::Json ours = { { "accuracy", share(30, 40, 0.6, 0.86) }, { "macro", 0.7 },
            { "by_group",
                { { "general", share(12, 20, 0.39, 0.78) }, { "reasoning", share(18, 20, 0.7, 0.97) } } },
            { "judgements", 1280 }, { "parse_failures", 3 }, { "first_shown_share", 0.52 },
            { "ties_left_out", 2 }, { "voting", base::Json::array() }, { "both_orders", nullptr },
            { "calibration",
                { { "expected_calibration_error", 0.04 },
                    { "bins",
                        { { { "low", 0.9 }, { "high", 1.0 }, { "n", 1280 }, { "claimed", 0.95 },
                            { "right", 0.75 } } } } } } };
        for (int k = 1; k <= 32; ++k)
            ours["voting"].push_back(
                { { "k", k }, { "accuracy", share(30, 40, 0.6, 0.86) }, { "expected_accuracy", 0.74 } });
        QVERIFY(base::writeFileAtomically(
            file.toStdString(), base::Json { { "benchmark", "own" }, { "ours", ours } }.dump())
                    .ok());
        QVERIFY(f.page.benchmark().open(file));
        f.page.tabs().setCurrentIndex(2);
        const auto* groups = f.page.findChild<QTreeWidget*>(QStringLiteral("benchmarkGroups"));
        QCOMPARE(groups->topLevelItemCount(), 4);
        QCOMPARE(groups->topLevelItem(1)->text(0), QStringLiteral("reasoning"));
        QCOMPARE(groups->topLevelItem(1)->text(2), QStringLiteral("0.900"));
        QCOMPARE(groups->topLevelItem(1)->text(3), QStringLiteral("0.700–0.970"));
        QCOMPARE(groups->topLevelItem(3)->text(2), QStringLiteral("0.700"));
        const auto* votes
            = f.page.benchmark().findChild<widgets::StagePlot*>(QStringLiteral("benchmarkVotes"));
        QCOMPARE(votes->series().first().points.size(), 32);
        const auto* plot
            = f.page.benchmark().findChild<widgets::StagePlot*>(QStringLiteral("benchmarkGroupPlot"));
        QCOMPARE(plot->accessibleDescription(), QStringLiteral("accuracy: general 0.600, reasoning 0.900"));
        QVERIFY(f.page.benchmark().findChild<widgets::ReliabilityPlot*>()->accessibleDescription().contains(
            QStringLiteral("right 0.75, 1280 items")));

        // What is no report is refused with its place, and what was shown stays.
        QSignalSpy failed(&f.page.benchmark(), &pages::BenchmarkPanel::failed);
        ours["voting"][3].erase("k");
        QVERIFY(base::writeFileAtomically(
            file.toStdString(), base::Json { { "benchmark", "own" }, { "ours", ours } }.dump())
                    .ok());
        QVERIFY(!f.page.benchmark().open(file));
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("voting, field k")));
        QCOMPARE(groups->topLevelItemCount(), 4);
    }

    // A run that was made before judgements were kept has its figures all the same.
    void withoutJudgementsTheFiguresStay()
    {
        Fixture f({});
        f.open();
        QTRY_COMPARE(f.page.model().rowCount(), 4);
        f.page.tabs().setCurrentIndex(1);
        QCOMPARE(f.rows(), 0);
        f.actions.action(QStringLiteral("evaluate.markdown"))->trigger();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("| 2a Caption RL |")));
        f.actions.action(QStringLiteral("evaluate.latex"))->trigger();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("2a Caption RL & ")));
    }
};

QTEST_MAIN(TestEvaluatePage)
#include "tst_evaluate_page.moc"
