// SPDX-License-Identifier: GPL-3.0-or-later
// Runs side by side on the Compare page, over the runs of a made-up study.
#include "app/pages/run_comparison.h"
#include "compare_bench.h"
#include "core/store/run_folder.h"
#include "tests/support/sample_group.h"
#include "widgets/plot/curve_card.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
#include <QTreeWidget>

using namespace msrl;
using tests::cell;

class TestRunComparison : public QObject
{
    Q_OBJECT

private:
    struct Fixture : tests::CompareBench
    {
        void showRuns()
        {
            page.show();
            page.activated();
            page.tabs().setCurrentIndex(1);
        }
        QTreeWidget* list() { return page.findChild<QTreeWidget*>(QStringLiteral("compareList")); }
        // As a person does: the row, then Space.
        void toggle(int row)
        {
            list()->setCurrentItem(list()->topLevelItem(row));
            QTest::keyClick(list(), Qt::Key_Space);
        }
    };

    static void choose(QComboBox* box, const QString& data)
    {
        box->setCurrentIndex(box->findData(data));
        Q_EMIT box->activated(box->currentIndex());
    }

private Q_SLOTS:
    void theFirstTwoRunsAreCheckedAndMoreCanBe()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.showRuns();
        QCOMPARE(f.list()->topLevelItemCount(), 5); // the sixth has not begun
        QCOMPARE(f.list()->topLevelItem(1)->text(0), QStringLiteral("New : replay 5:1, seed 1"));
        const models::RunDifferencesModel& differences = f.page.comparison().differences();
        QCOMPARE(differences.rowCount(), 1);
        QCOMPARE(cell(differences, 0, QStringLiteral("stage")), QStringLiteral("Caption RL"));
        QCOMPARE(cell(differences, 0, QStringLiteral("New : replay none, seed 1")), QStringLiteral("0"));
        QCOMPARE(cell(differences, 0, QStringLiteral("New : replay 5:1, seed 1")), QStringLiteral("5"));
        f.page.findChild<QPushButton*>(QStringLiteral("copyDifferencesMarkdown"))->click();
        QVERIFY(QApplication::clipboard()->text().contains(
            QStringLiteral("| Caption RL | New : replay | 0 | **5** |")));
        f.page.findChild<QPushButton*>(QStringLiteral("copyDifferencesCSV"))->click();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("Caption RL,New : replay,0,5\n")));

        f.toggle(3); // New : replay none, seed 2
        QCOMPARE(differences.rowCount(), 2);
        const auto row = [&](const QString& what) {
            for (int i = 0; i < differences.rowCount(); ++i)
                if (cell(differences, i, QStringLiteral("what")) == what)
                    return i;
            return -1;
        };
        const int seed = row(QStringLiteral("seed"));
        const int ratio = row(QStringLiteral("New : replay"));
        QVERIFY(seed >= 0 && ratio >= 0);
        for (const auto& [run, seedText, ratioText] : { std::tuple("New : replay none, seed 1", "1", "0"),
                 std::tuple("New : replay 5:1, seed 1", "1", "5"),
                 std::tuple("New : replay none, seed 2", "2", "0") }) {
            QCOMPARE(cell(differences, seed, QLatin1String(run)), QLatin1String(seedText));
            QCOMPARE(cell(differences, ratio, QLatin1String(run)), QLatin1String(ratioText));
        }
        f.toggle(1);
        f.toggle(3);
        QCOMPARE(differences.rowCount(), 0);
        QCOMPARE(f.page.comparison().checkedRuns().size(), 1);
    }

    // What is drawn is what the two run.db files hold. The second run reused the stage before, so that only
    // Caption RL can be compared, from its first step on in both.
    void theCurvesOfTheCheckedRunsLieOverEachOther()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.showRuns();
        const widgets::CurvePlot* plot = f.page.comparison().overlay().card().curve();
        const QStringList names { QStringLiteral("New : replay none, seed 1"),
            QStringLiteral("New : replay 5:1, seed 1") };
        QCOMPARE(plot->seriesNames(), names);
        QCOMPARE(f.box("overlayMetric")->currentText(), QStringLiteral("Reward"));
        QCOMPARE(f.box("overlayStage")->currentText(), QStringLiteral("Caption RL"));
        for (int i = 0; i < 2; ++i) {
            store::RunReader reader(
                store::RunFolder(f.page.comparison().checkedRuns()[i].toStdString()).runDatabase());
            QVector<QPointF> stored;
            const auto rows = reader.metricsAfter(0, 10'000); // which the loop outlives otherwise
            QVERIFY(rows.ok());
            for (const store::MetricRow& row : *rows)
                if (row.name == "reward" && row.stage == "new")
                    stored << QPointF(static_cast<double>(row.step), row.value);
            QCOMPARE(stored.size(), 60);
            QCOMPARE(plot->points(names[i]), stored);
        }
        choose(f.box("overlayStage"), QString());
        QCOMPARE(plot->points(names[0]).size(), 121); // two stages and the gap between them
        QCOMPARE(plot->points(names[1]).size(), 60);

        choose(f.box("overlayMetric"), QStringLiteral("kl\n"));
        QVERIFY(plot->lastPoint(names[0])->y() < 0.1);
        f.toggle(0);
        QCOMPARE(plot->seriesNames(), QStringList { names[1] });
        QCOMPARE(plot->seriesColourIndex(names[1]), 1); // a run keeps its colour
    }

    void nineRunsAreTooManyForTheColours()
    {
        Fixture f;
        QVERIFY(tests::writeLargeGroup(f.groupFolder().toStdString(), 9, 1).ok());
        f.showRuns();
        for (int row = 2; row < 9; ++row)
            f.toggle(row);
        QCOMPARE(f.page.comparison().checkedRuns().size(), 8);
        QCOMPARE(f.list()->topLevelItem(8)->checkState(0), Qt::Unchecked);
        QVERIFY(f.page.findChild<QLabel*>(QStringLiteral("compareCount"))
                    ->text()
                    .startsWith(QStringLiteral("At most 8")));
    }

    void theSearchHidesOtherRunsAndKeepsTheirChecks()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.showRuns();
        f.page.findChild<QLineEdit*>(QStringLiteral("compareSearch"))->setText(QStringLiteral("SEED 2"));
        QStringList shown;
        for (int row = 0; row < f.list()->topLevelItemCount(); ++row)
            if (!f.list()->topLevelItem(row)->isHidden())
                shown << f.list()->topLevelItem(row)->text(0);
        const QStringList wanted { QStringLiteral("New : replay none, seed 2"),
            QStringLiteral("New : replay 5:1, seed 2") };
        QCOMPARE(shown, wanted);
        QCOMPARE(f.page.comparison().checkedRuns().size(), 2);
    }
};

QTEST_MAIN(TestRunComparison)
#include "tst_run_comparison.moc"
