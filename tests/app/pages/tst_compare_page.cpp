// SPDX-License-Identifier: GPL-3.0-or-later
// The Compare page over a group's folder, and the dialog that starts a group.
#include "app/pages/launch_form.h"
#include "app/pages/study_plot_view.h"
#include "app/pages/sweep_dialog.h"
#include "compare_bench.h"
#include "tests/support/sample_group.h"
#include "widgets/form/form_row.h"
#include "widgets/form/form_view.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace msrl;
using models::SweepKind;
using tests::cell;

class TestComparePage : public QObject
{
    Q_OBJECT

private:
    struct Fixture : tests::CompareBench
    {
        Fixture() { page.registerActions(actions); }

        void show()
        {
            page.show();
            page.activated();
        }
    };

    // As the window makes requests, on a machine of four processors.
    static pages::StudyLaunch howTo(const services::LaunchRequest& launch)
    {
        models::LaunchOptions kept;
        kept.ranks = QStringLiteral("4"); // of the project's runs: a study takes none
        return { kept, { models::LaunchKind::Study, 4, {}, QDir::tempPath() },
            [launch](const models::SweepChoice& choice, const models::LaunchOptions& options) {
                services::LaunchRequest request = launch;
                request.options = models::sweepOptions(choice) + models::launchWords(options);
                return request;
            } };
    }

private Q_SLOTS:
    void theNewestGroupIsShownAndFollowed()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.show();
        const models::GroupTableModel& model = f.page.study().table();
        QCOMPARE(model.rowCount(), 4); // the untrained model, and three ratios
        QCOMPARE(cell(model, 1, QStringLiteral("configuration")), QStringLiteral("New : replay none"));
        QCOMPARE(cell(model, 3, QStringLiteral("seeds")), QStringLiteral("1 of 2"));
        QVERIFY(cell(model, 1, QStringLiteral("captions")).startsWith(QStringLiteral("0.800 ± ")));
        QVERIFY(cell(model, 3, QStringLiteral("captions")).contains(QLatin1Char('['))); // one seed
        const auto* members = f.page.findChild<QTableView*>(QStringLiteral("groupMembers"));
        QCOMPARE(members->model()->rowCount(), 6);
        QCOMPARE(cell(*members->model(), 5, QStringLiteral("state")), QStringLiteral("Waiting"));
        QCOMPARE(cell(*members->model(), 0, QStringLiteral("state")), QStringLiteral("Finished"));

        QVERIFY(tests::finishSampleGroup(f.groupFolder().toStdString()).ok());
        f.page.study().session()->refresh();
        QCOMPARE(cell(model, 3, QStringLiteral("seeds")), QStringLiteral("2"));
        QCOMPARE(cell(*members->model(), 5, QStringLiteral("state")), QStringLiteral("Finished"));
        QVERIFY(!f.page.findChild<QPushButton*>(QStringLiteral("groupAct"))->isVisible());
    }

    // After the varied stage at first; what is kept of the old skill is against where the stage started.
    void thePolicyChoiceChangesTheFigures()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.show();
        QComboBox* policy = f.box("groupPolicy");
        QCOMPARE(policy->currentText(), QStringLiteral("after Caption RL"));
        QVERIFY(cell(f.page.study().table(), 1, QStringLiteral("text, retention"))
                    .startsWith(QStringLiteral("0.667")));
        QCOMPARE(f.box("plotY")->currentData().toString(), QStringLiteral("text.retention"));
        QCOMPARE(f.box("plotX")->currentData().toString(), QStringLiteral("captions.accuracy"));
        policy->setCurrentIndex(policy->findText(QStringLiteral("after Text RL")));
        Q_EMIT policy->activated(policy->currentIndex());
        QVERIFY(
            cell(f.page.study().table(), 1, QStringLiteral("captions")).startsWith(QStringLiteral("0.550")));
    }

    // Retention of text and accuracy on captions, by hand: (0.9 - 0.02 r) / 0.9 against 0.8 + 0.01 r.
    void theReplayPlotHasAPointForEachRatio()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        QVERIFY(tests::finishSampleGroup(f.groupFolder().toStdString()).ok());
        f.show();
        const auto* view = f.page.findChild<pages::StudyPlotView*>();
        QVERIFY(view->shownPlot());
        const std::vector<groups::PlotPoint>& points = view->shownPlot()->points;
        QCOMPARE(points.size(), 3U);
        for (const auto& [index, ratio, label] :
            { std::tuple(0U, 0.0, "none"), std::tuple(1U, 5.0, "5:1"), std::tuple(2U, 2.0, "2:1") }) {
            QCOMPARE(points[index].label, std::string(label));
            QVERIFY(std::abs(points[index].x - (0.8 + 0.01 * ratio)) < 1e-9);
            const double kept = (ratio == 0 ? 0.6 : 0.9 - 0.02 * ratio) / 0.9;
            QVERIFY(std::abs(points[index].y - kept) < 1e-9);
            QVERIFY(points[index].xInterval && points[index].yInterval);
        }
        // The mouse over the canvas finds each of them.
        const auto* canvas = f.page.findChild<QWidget*>(QStringLiteral("plotCanvas"));
        QStringList tips;
        for (int y = 0; y < canvas->height(); y += 4)
            for (int x = 0; x < canvas->width(); x += 4)
                if (const QString tip = view->tipAt(QPointF(x, y)); !tip.isEmpty() && !tips.contains(tip))
                    tips << tip;
        QCOMPARE(tips.size(), 3);
        QVERIFY(tips.join(QLatin1Char('\n')).contains(QStringLiteral("text, retention: 0.889")));
    }

    void theAblationsStandBesideThePapersFigures()
    {
        Fixture f;
        QVERIFY(tests::writeSampleAblations(f.groupFolder().toStdString()).ok());
        f.show();
        const models::GroupTableModel& model = f.page.study().table();
        QStringList paper;
        for (int row = 0; row < model.rowCount(); ++row)
            paper << cell(model, row, QStringLiteral("configuration")) + QLatin1Char(' ')
                    + cell(model, row, QStringLiteral("paper"));
        const QStringList published { QStringLiteral("before training 66.6"),
            QStringLiteral("without stage 1 68.8"), QStringLiteral("without caption RL 74.3"),
            QStringLiteral("without CMKD 73.4"), QStringLiteral("without stage 3 72.6"),
            QStringLiteral("full curriculum 75.9") };
        QCOMPARE(paper, published);
        QVERIFY(cell(model, 1, QStringLiteral("difference")).startsWith(QStringLiteral("−0.180")));
    }

    void theTableIsCopiedAsTheEngineWritesIt()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.show();
        f.actions.action(QStringLiteral("compare.markdown"))->trigger();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("| New : replay none | 2 |")));
        f.page.findChild<QPushButton*>(QStringLiteral("copyLaTeX"))->click();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("\\begin{tabular}")));
        f.page.findChild<QPushButton*>(QStringLiteral("copyCSV"))->click();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("captions.both_orders,2,")));
    }

    void anUnfinishedGroupAsksToGoOnAndAMissingOneSaysWhy()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.show();
        QSignalSpy asked(&f.page, &pages::ComparePage::continueRequested);
        auto* act = f.page.findChild<QPushButton*>(QStringLiteral("groupAct"));
        QVERIFY(act->isVisible());
        act->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.first().first().toString(), f.groupFolder());
        QCOMPARE(asked.first().at(1).toBool(), false);
        QVERIFY(!f.page.openGroup(f.folder.path()));
        QCOMPARE(f.page.study().session()->path(), f.groupFolder());
    }

    void anyParameterCanBeSwept()
    {
        const curriculum::Project project = tests::sampleStudyProject();
        pages::SweepDialog dialog(models::defaultSweep(SweepKind::Parameter, project), project, howTo({}));
        const auto box = [&](const char* name) { return dialog.findChild<QComboBox*>(QLatin1String(name)); };
        auto* run = dialog.findChild<QPushButton*>(QStringLiteral("sweepRun"));
        const auto told = [&] { return dialog.request().options.join(QLatin1Char(' ')); };
        QVERIFY(run->isEnabled()); // the KL coefficient of the first RL stage, to begin with
        QVERIFY(told().contains(QStringLiteral("--set old.beta=0,0.01,0.04 --until old")));
        box("sweepField")->setCurrentIndex(box("sweepField")->findData(QStringLiteral("group_size")));
        Q_EMIT box("sweepField")->activated(box("sweepField")->currentIndex());
        QVERIFY2(!run->isEnabled(), "0.01 is no group size");
        dialog.findChild<QLineEdit*>(QStringLiteral("sweepValues"))->setText(QStringLiteral("4, 8"));
        QVERIFY(told().contains(QStringLiteral("--set old.group_size=4,8 --until old")));
        QVERIFY(run->isEnabled());
        // Data size: a run cannot end after its data.
        box("sweepNode")->setCurrentIndex(box("sweepNode")->findData(QStringLiteral("text")));
        Q_EMIT box("sweepNode")->activated(box("sweepNode")->currentIndex());
        box("sweepField")->setCurrentIndex(box("sweepField")->findData(QStringLiteral("limit")));
        Q_EMIT box("sweepField")->activated(box("sweepField")->currentIndex());
        dialog.findChild<QLineEdit*>(QStringLiteral("sweepValues"))->setText(QStringLiteral("100, 200, 400"));
        QVERIFY(run->isEnabled());
        QVERIFY(!told().contains(QStringLiteral("--until")));
        QCOMPARE(models::sweepFromJson(SweepKind::Parameter, models::sweepToJson(dialog.choice()), project),
            dialog.choice());
        // What another project kept is no choice here.
        base::Json foreign = models::sweepToJson(dialog.choice());
        foreign["node"] = "nobody";
        QCOMPARE(models::sweepFromJson(SweepKind::Parameter, foreign, project).field, QStringLiteral("beta"));
    }

    // Nothing is given up silently: the runs' table, the notes and the head tell it.
    void aRunThatWasGivenUpIsToldAndCanBeFinished()
    {
        Fixture f;
        const groups::GroupFolder folder(f.groupFolder().toStdString());
        QVERIFY(tests::writeSampleGroup(folder.root()).ok());
        auto group = folder.read();
        QVERIFY(group.ok());
        const std::string best = group->configurations.front().key;
        group->members.back().givenUp = groups::GivenUp { "new", "captions", 0.5, best, 0.8 };
        QVERIFY(folder.write(*group).ok());
        f.show();
        const auto* members = f.page.findChild<QTableView*>(QStringLiteral("groupMembers"))->model();
        QCOMPARE(cell(*members, 5, QStringLiteral("state")), QStringLiteral("Given up"));
        QVERIFY(cell(*members, 5, QStringLiteral("work"))
                    .contains(QStringLiteral("0.500, that of 'New : replay none' is 0.800")));
        const std::vector<std::string>& notes = f.page.study().table().table().notes;
        QVERIFY(std::any_of(notes.begin(), notes.end(), [](const std::string& note) {
            return note.starts_with("given up early: New : replay 2:1, seed 2, as after Caption RL");
        }));
        QSignalSpy asked(&f.page, &pages::ComparePage::continueRequested);
        auto* act = f.page.findChild<QPushButton*>(QStringLiteral("groupAct"));
        QCOMPARE(act->text(), QStringLiteral("Finish what was given up"));
        act->click();
        QCOMPARE(asked.first().at(1).toBool(), true);
    }

    // From the study through its figures to the plot and the runs, as they are read.
    void tabGoesFromTheHeadDown()
    {
        Fixture f;
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        f.show();
        QVERIFY(QTest::qWaitForWindowActive(&f.page));
        f.box("groupChoice")->setFocus();
        QStringList visited;
        for (int i = 0; i < 12; ++i) {
            visited << f.page.focusWidget()->objectName();
            QTest::keyClick(f.page.focusWidget(), Qt::Key_Tab);
        }
        const QStringList wanted { QStringLiteral("groupChoice"), QStringLiteral("groupAct"),
            QStringLiteral("groupPolicy"), QStringLiteral("groupColumns"), QStringLiteral("copyMarkdown"),
            QStringLiteral("copyLaTeX"), QStringLiteral("copyCSV"), QStringLiteral("groupTable"),
            QStringLiteral("plotY"), QStringLiteral("plotX"), QStringLiteral("plotSave"),
            QStringLiteral("groupMembers") };
        QCOMPARE(visited.mid(0, wanted.size()), wanted);
    }

    // A group that lies elsewhere is shown again by the next studio.
    void theGroupThatWasOpenIsOpenedAgain()
    {
        Fixture f;
        const QTemporaryDir elsewhere;
        const QString other = elsewhere.filePath(QStringLiteral("other"));
        QVERIFY(tests::writeSampleGroup(f.groupFolder().toStdString()).ok());
        QVERIFY(tests::writeSampleAblations(other.toStdString()).ok());
        QVERIFY(f.page.openGroup(other));
        pages::ComparePage next({ f.settings, f.runs });
        next.activated();
        QCOMPARE(next.study().session()->path(), other);
    }

    void aStudyTakesTheOptionsThatMeanSomethingToIt()
    {
        const curriculum::Project project = tests::sampleStudyProject();
        const pages::SweepDialog dialog(
            models::defaultSweep(SweepKind::ReplayRatios, project), project, howTo({}));
        const auto* run = dialog.findChild<QPushButton*>(QStringLiteral("sweepRun"));
        const auto* launchForm = dialog.findChild<pages::LaunchForm*>();
        const auto row = [launchForm](const char* name) {
            for (const widgets::FormView* view : launchForm->findChildren<widgets::FormView*>())
                if (widgets::FormRow* found = view->row(QLatin1String(name)))
                    return found;
            return static_cast<widgets::FormRow*>(nullptr);
        };
        for (const char* senseless : { "ranks", "launcher", "hosts", "until" })
            QVERIFY2(!row(senseless)->isVisibleTo(launchForm), senseless);
        Q_EMIT row("threads")->edited(QStringLiteral("threads"), QStringLiteral("5"));
        QVERIFY(!row("threads")->field().fault.isEmpty() && !run->isEnabled());
        Q_EMIT row("threads")->edited(QStringLiteral("threads"), QStringLiteral("2"));
        Q_EMIT row("device")->edited(QStringLiteral("device"), QStringLiteral("cuda:1"));
        QVERIFY(run->isEnabled());
        QVERIFY(dialog.request()
                    .options.join(QLatin1Char(' '))
                    .endsWith(QStringLiteral("--gate auto --device cuda:1 --threads 2")));
    }

    // How it is computed there is asked for there; what is studied must be good.
    void aStudyCanGoToAnotherMachine()
    {
        const curriculum::Project project = tests::sampleStudyProject();
        pages::SweepDialog dialog(models::defaultSweep(SweepKind::ReplayRatios, project), project, howTo({}));
        auto* elsewhere = dialog.findChild<QPushButton*>(QStringLiteral("sweepElsewhere"));
        auto* seeds = dialog.findChild<QLineEdit*>(QStringLiteral("sweepSeeds"));
        const auto* launchForm = dialog.findChild<pages::LaunchForm*>();
        for (const widgets::FormView* view : launchForm->findChildren<widgets::FormView*>())
            if (widgets::FormRow* threads = view->row(QStringLiteral("threads")))
                Q_EMIT threads->edited(QStringLiteral("threads"), QStringLiteral("64")); // of four here
        QVERIFY(!dialog.findChild<QPushButton*>(QStringLiteral("sweepRun"))->isEnabled());
        QVERIFY(elsewhere->isEnabled());
        seeds->setText(QStringLiteral("1,1"));
        QVERIFY(!elsewhere->isEnabled());
        seeds->setText(QStringLiteral("7"));
        QSignalSpy asked(&dialog, &pages::SweepDialog::elsewhereRequested);
        QSignalSpy accepted(&dialog, &QDialog::accepted);
        dialog.show();
        elsewhere->click();
        QCOMPARE(asked.size(), 1);
        QCOMPARE(accepted.size(), 0); // nothing is started here
        QVERIFY(!dialog.isVisible());
        QCOMPARE(dialog.choice().seeds, QStringLiteral("7"));
    }

    void theDialogTellsMembersAndCommandAndRefusesNonsense()
    {
        services::LaunchRequest launch;
        launch.program = QStringLiteral("/opt/msrl-engine");
        launch.project = QStringLiteral("/data/study.msrl");
        launch.runFolder = QStringLiteral("/runs/study-001");
        launch.sweep = true;
        const curriculum::Project project = tests::sampleStudyProject();
        pages::SweepDialog dialog(
            models::defaultSweep(SweepKind::ReplayRatios, project), project, howTo(launch));
        auto* seeds = dialog.findChild<QLineEdit*>(QStringLiteral("sweepSeeds"));
        auto* run = dialog.findChild<QPushButton*>(QStringLiteral("sweepRun"));
        QCOMPARE(seeds->text(), QStringLiteral("1, 2, 3"));
        seeds->setText(QStringLiteral("1, 2"));
        dialog.findChild<QLineEdit*>(QStringLiteral("sweepValues"))->setText(QStringLiteral("0, 2"));
        QVERIFY(run->isEnabled());
        QVERIFY(dialog.findChild<QLabel*>(QStringLiteral("sweepMembers"))
                    ->text()
                    .startsWith(QStringLiteral("4 runs: New : replay none")));
        QCOMPARE(dialog.findChild<QPlainTextEdit*>()->toPlainText(),
            QStringLiteral(
                "/opt/msrl-engine sweep /data/study.msrl --group /runs/study-001 --detached --seeds 1,2 "
                "--set new.replay_ratio=0,2 --until new --gate auto"));
        // Nobody is given up unless it is asked for, by a rule with its number.
        auto* early = dialog.findChild<QCheckBox*>(QStringLiteral("sweepEarly"));
        QVERIFY(!early->isChecked());
        early->click();
        dialog.findChild<QDoubleSpinBox*>(QStringLiteral("sweepMargin"))->setValue(0.25);
        QVERIFY(dialog.request()
                    .options.join(QLatin1Char(' '))
                    .endsWith(QStringLiteral("--until new --early-stop 0.25 --gate auto")));
        const models::SweepChoice kept
            = models::sweepFromJson(SweepKind::ReplayRatios, models::sweepToJson(dialog.choice()), project);
        QCOMPARE(kept, dialog.choice());
        for (const char* nonsense : { "1,x", "1,1", "", "-1" }) {
            seeds->setText(QLatin1String(nonsense));
            QVERIFY2(!run->isEnabled(), nonsense);
        }
        seeds->setText(QStringLiteral("1"));
        dialog.findChild<QLineEdit*>(QStringLiteral("sweepValues"))->setText(QStringLiteral("0,-2"));
        QVERIFY(!run->isEnabled());

        // Without captions and distillation there is no paper's table to make.
        pages::SweepDialog ablations(
            models::defaultSweep(SweepKind::Ablations, project), project, howTo(launch));
        QVERIFY(!ablations.findChild<QPushButton*>(QStringLiteral("sweepRun"))->isEnabled());
    }
};

QTEST_MAIN(TestComparePage)
#include "tst_compare_page.moc"
