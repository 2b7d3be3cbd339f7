// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the pages over a made-up run, for looking at them: show_pages FOLDER
#include "app/pages/action_registry.h"
#include "app/pages/audit_page.h"
#include "app/pages/benchmark_panel.h"
#include "app/pages/compare_page.h"
#include "app/pages/evaluate_page.h"
#include "app/pages/media_viewer.h"
#include "app/pages/run_page.h"
#include "app/pages/sweep_dialog.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "tests/support/sample_group.h"
#include "tests/support/sample_run.h"
#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDialog>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QTabWidget>
#include <QTemporaryDir>

using namespace msrl;

namespace {

void settle(int milliseconds)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

void press(pages::ActionRegistry& actions, const char* id)
{
    actions.action(QString::fromLatin1(id))->trigger();
    settle(60);
}

void shoot(pages::Page& page, const QString& folder, const QString& name)
{
    settle(200);
    page.grab().save(folder + QLatin1Char('/') + name + QStringLiteral(".png"));
}

// A replay sweep with one run still to come, the runs side by side, the ablations, and what asks before a
// start.
void showStudies(pages::ComparePage& compare, const QString& run, const QString& out, const QString& theme)
{
    const QString sweep = run + QStringLiteral("-replay-001");
    const QString ablations = run + QStringLiteral("-ablations-001");
    if (!tests::writeSampleGroup(sweep.toStdString())
        || !tests::writeSampleAblations(ablations.toStdString()))
        return;
    compare.openGroup(sweep);
    shoot(compare, out, QStringLiteral("compare-replay-") + theme);
    compare.tabs().setCurrentIndex(1);
    shoot(compare, out, QStringLiteral("compare-runs-") + theme);
    compare.openGroup(ablations);
    shoot(compare, out, QStringLiteral("compare-ablations-") + theme);
    services::LaunchRequest launch;
    launch.program = QStringLiteral("/usr/bin/msrl-engine");
    launch.project = QStringLiteral("/data/msrl-demo/project.msrl");
    launch.runFolder = QStringLiteral("/data/runs/study-replay-001");
    launch.sweep = true;
    const curriculum::Project project = tests::sampleStudyProject();
    for (const auto kind :
        { models::SweepKind::ReplayRatios, models::SweepKind::Ablations, models::SweepKind::Parameter }) {
        pages::SweepDialog dialog(models::defaultSweep(kind, project), project, launch);
        dialog.show();
        settle(200);
        dialog.grab().save(out
            + QStringLiteral("/sweep-dialog-%1-%2.png")
                  .arg(kind == models::SweepKind::Ablations      ? QStringLiteral("ablations")
                          : kind == models::SweepKind::Parameter ? QStringLiteral("parameter")
                                                                 : QStringLiteral("replay"),
                      theme));
    }
}

void showViews(
    pages::AuditPage& audit, pages::ActionRegistry& actions, const QString& out, const QString& theme)
{
    shoot(audit, out, QStringLiteral("audit-tie-") + theme);
    for (int i = 0; i < 14; ++i)
        press(actions, "audit.next");
    press(actions, "audit.accept");
    press(actions, "audit.heat");
    shoot(audit, out, QStringLiteral("audit-heat-") + theme);
    press(actions, "audit.heat");
    press(actions, "audit.sideBySide");
    shoot(audit, out, QStringLiteral("audit-sides-") + theme);
    press(actions, "audit.heat");
    shoot(audit, out, QStringLiteral("audit-sides-heat-") + theme);
    press(actions, "audit.heat");
    press(actions, "audit.sideBySide");
    press(actions, "audit.viewMedia");
    shoot(audit, out, QStringLiteral("audit-viewer-") + theme);
    press(actions, "audit.next"); // the video of the next item, if it has one
    if (auto* viewer = audit.findChild<pages::MediaViewer*>()) {
        QKeyEvent tiles(QEvent::KeyPress, Qt::Key_T, Qt::NoModifier);
        QApplication::sendEvent(viewer, &tiles);
        shoot(audit, out, QStringLiteral("audit-viewer-next-") + theme);
        viewer->close();
    }
}

void showDecisions(
    pages::AuditPage& audit, pages::ActionRegistry& actions, const QString& out, const QString& theme)
{
    press(actions, "audit.path3");
    press(actions, "audit.override");
    shoot(audit, out, QStringLiteral("audit-override-") + theme);
    press(actions, "audit.next");
    press(actions, "audit.write");
    shoot(audit, out, QStringLiteral("audit-own-target-") + theme);
    press(actions, "audit.next");
    press(actions, "audit.acceptShown");
    shoot(audit, out, QStringLiteral("audit-bulk-") + theme);
    if (auto* cancel = audit.findChild<QAbstractButton*>(QStringLiteral("bulkCancel")))
        cancel->click();
    press(actions, "audit.blind");
    shoot(audit, out, QStringLiteral("audit-blind-") + theme);
    press(actions, "audit.blind");
    audit.showQuality(true);
    shoot(audit, out, QStringLiteral("audit-quality-") + theme);
    audit.showQuality(false);
    if (auto* button = audit.findChild<QAbstractButton*>(QStringLiteral("signOffButton")))
        button->click();
    settle(200);
    if (auto* dialog = audit.findChild<QDialog*>()) {
        dialog->grab().save(out + QStringLiteral("/sign-off-%1.png").arg(theme));
        dialog->accept();
        shoot(audit, out, QStringLiteral("audit-signed-off-") + theme);
    }
}

void showAll(const QString& run, const QString& out, const QString& theme, pages::PageContext context)
{
    pages::ActionRegistry actions;
    pages::RunPage runPage(context);
    pages::AuditPage audit(context);
    pages::EvaluatePage evaluate(context);
    pages::ComparePage compare(context);
    compare.registerActions(actions);
    compare.resize(1388, 820);
    compare.show();
    shoot(compare, out, QStringLiteral("compare-empty-") + theme);
    services::RunSession session(run);
    const QList<pages::Page*> all { &runPage, &audit, &evaluate };
    for (pages::Page* page : all) {
        page->registerActions(actions);
        page->resize(1388, 820);
        page->show();
        shoot(*page, out, page->id() + QStringLiteral("-empty-") + theme);
        page->setSession(&session);
    }
    session.start();
    settle(1500);
    for (pages::Page* page : all)
        page->activated();
    shoot(runPage, out, QStringLiteral("run-") + theme);
    runPage.tabs().setCurrentIndex(1);
    shoot(runPage, out, QStringLiteral("run-log-") + theme);
    showViews(audit, actions, out, theme);
    showDecisions(audit, actions, out, theme);
    shoot(evaluate, out, QStringLiteral("evaluate-") + theme);
    evaluate.tabs().setCurrentIndex(1);
    shoot(evaluate, out, QStringLiteral("evaluate-judgements-") + theme);
    evaluate.tabs().setCurrentIndex(2);
    shoot(evaluate, out, QStringLiteral("evaluate-benchmark-empty-") + theme);
    if (const QString report = qEnvironmentVariable("MSRL_BENCHMARK_REPORT"); !report.isEmpty()) {
        evaluate.benchmark().open(report);
        shoot(evaluate, out, QStringLiteral("evaluate-benchmark-") + theme);
    }
    showStudies(compare, run, out, theme);
    for (pages::Page* page : all)
        page->setSession(nullptr);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QString out = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QStringLiteral(".");
    widgets::Theme theme(application);
    for (const auto mode : { widgets::ThemeMode::Light, widgets::ThemeMode::Dark }) {
        QTemporaryDir folder;
        const QString run = folder.path() + QStringLiteral("/run");
        tests::SampleRunOptions options;
        options.withJudgements = true;
        if (!tests::writeSampleRun(run.toStdString(), options))
            return 1;
        theme.setMode(mode);
        services::Settings settings(folder.path() + QStringLiteral("/settings.json"));
        services::RunRegistry runs(folder.path(), folder.path() + QStringLiteral("/runs.json"));
        showAll(run, out, widgets::themeModeName(mode), { settings, runs });
    }
    return 0;
}
