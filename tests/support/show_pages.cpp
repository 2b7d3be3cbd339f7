// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the pages over a made-up run, for looking at them: show_pages FOLDER
#include "app/pages/action_registry.h"
#include "app/pages/audit_page.h"
#include "app/pages/benchmark_panel.h"
#include "app/pages/compare_page.h"
#include "app/pages/evaluate_page.h"
#include "app/pages/media_viewer.h"
#include "app/pages/remote_dialog.h"
#include "app/pages/run_page.h"
#include "app/pages/sweep_dialog.h"
#include "app/services/run_queue.h"
#include "app/services/run_registry.h"
#include "app/services/settings.h"
#include "core/base/clock.h"
#include "core/base/files.h"
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
        pages::SweepDialog dialog(models::defaultSweep(kind, project), project,
            { {}, models::thisMachine(QStringLiteral("/data/runs"), models::LaunchKind::Study),
                [launch](const models::SweepChoice& choice, const models::LaunchOptions& options) {
                    services::LaunchRequest request = launch;
                    request.options = models::sweepOptions(choice) + models::launchWords(options);
                    return request;
                } });
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

// What the page says of a run in each state, a queue, and a run on another machine.
void showRunStates(
    const QString& run, const QString& out, const QString& theme, const pages::PageContext& context)
{
    services::RunQueue queue(run + QStringLiteral("-queue"), context.runs, [] { return QString(); });
    const store::RunFolder folder(run.toStdString());
    const store::RunInfo before = *folder.readInfo();
    const auto show = [&](const QString& name, const store::RunInfo& info, services::RunQueue* waiting) {
        if (!folder.writeInfo(info))
            return;
        pages::RunPage page({ context.settings, context.runs, waiting });
        services::RunSession session(run);
        page.resize(1388, 820);
        page.setSession(&session);
        page.show();
        session.start();
        settle(700);
        shoot(page, out, QStringLiteral("run-%1-%2").arg(name, theme));
        page.setSession(nullptr);
    };
    for (const store::RunPhase phase : { store::RunPhase::Running, store::RunPhase::Paused,
             store::RunPhase::Failed, store::RunPhase::Stopped, store::RunPhase::Finished }) {
        store::RunInfo info = before;
        info.phase = phase;
        if (phase == store::RunPhase::Failed) {
            info.exitCode = 4;
            info.error = "node rl2a, step 61: CUDA out of memory, 2.0 GiB were asked for";
            const bool written = base::writeFileAtomically(folder.logFile(),
                "[2a] step 60 of 120\n[2a] step 61 of 120\nCUDA out of memory. Tried to allocate 2.00 GiB\n")
                                     .ok();
            Q_UNUSED(written);
        }
        show(QString::fromLatin1(store::runPhaseName(phase)), info, nullptr);
    }
    store::RunInfo running = before;
    running.phase = store::RunPhase::Running;
    if (!folder.writeInfo(running))
        return;
    context.runs.scan();
    if (!base::writeFileAtomically(folder.projectFile(), "{}\n"))
        return;
    for (const char* title : { "MSRL demo", "MSRL demo, ratio 10", "without CMKD" }) {
        const base::Status added
            = queue.add(QString::fromLatin1(title), QString::fromStdString(folder.projectFile().string()),
                { QStringLiteral("--device"),
                    title[0] == 'w' ? QStringLiteral("cuda:1") : QStringLiteral("cpu") });
        Q_UNUSED(added);
    }
    settle(200);
    show(QStringLiteral("queue"), running, &queue);
    const services::RemoteSign sign { QStringLiteral("ada@gpu-node"), true, base::nowMs() - 95'000 };
    if (!services::writeRemoteSign(sign, run))
        return;
    running.device = "cuda:0";
    show(QStringLiteral("remote"), running, nullptr);
    const curriculum::Project project = tests::sampleStudyProject();
    pages::RemoteDialog dialog(context.settings, project, QStringLiteral("/data/runs"));
    dialog.show();
    settle(200);
    dialog.grab().save(out + QStringLiteral("/remote-dialog-%1.png").arg(theme));
    const base::Status back = folder.writeInfo(before);
    Q_UNUSED(back);
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
    press(actions, "samples.heat");
    shoot(runPage, out, QStringLiteral("run-samples-heat-") + theme);
    press(actions, "samples.compare");
    shoot(runPage, out, QStringLiteral("run-samples-compare-") + theme);
    press(actions, "samples.compare");
    press(actions, "samples.heat");
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
    evaluate.tabs().setCurrentIndex(3);
    shoot(evaluate, out, QStringLiteral("evaluate-paired-") + theme);
    showStudies(compare, run, out, theme);
    for (pages::Page* page : all)
        page->setSession(nullptr);
    showRunStates(run, out, theme, context);
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
        options.withPixels = true;
        if (!tests::writeSampleRun(run.toStdString(), options))
            return 1;
        theme.setMode(mode);
        services::Settings settings(folder.path() + QStringLiteral("/settings.json"));
        services::RunRegistry runs(folder.path(), folder.path() + QStringLiteral("/runs.json"));
        showAll(run, out, widgets::themeModeName(mode), { settings, runs });
    }
    return 0;
}
