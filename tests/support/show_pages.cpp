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
#include "tests/support/pictures.h"
#include "tests/support/sample_group.h"
#include "tests/support/sample_run.h"
#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDialog>
#include <QKeyEvent>
#include <QTabWidget>
#include <QTemporaryDir>

#include <utility>

using namespace msrl;

using tests::savePicture;
using tests::settle;

namespace {

void press(pages::ActionRegistry& actions, const char* id)
{
    actions.action(QString::fromLatin1(id))->trigger();
    settle(60);
}

void shoot(pages::Page& page, const QString& folder, const QString& name)
{
    settle(200);
    savePicture(page.grab(), folder + QLatin1Char('/') + name + QStringLiteral(".png"));
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
    const std::pair<models::SweepKind, QString> kinds[]
        = { { models::SweepKind::ReplayRatios, QStringLiteral("replay") },
              { models::SweepKind::Ablations, QStringLiteral("ablations") },
              { models::SweepKind::Parameter, QStringLiteral("parameter") } };
    for (const auto& [kind, name] : kinds) {
        pages::SweepDialog dialog(models::defaultSweep(kind, project), project,
            { {}, models::thisMachine(QStringLiteral("/data/runs"), models::LaunchKind::Study),
                [launch](const models::SweepChoice& choice, const models::LaunchOptions& options) {
                    services::LaunchRequest request = launch;
                    request.options = models::sweepOptions(choice) + models::launchWords(options);
                    return request;
                } });
        dialog.show();
        settle(200);
        savePicture(dialog.grab(), out + QStringLiteral("/sweep-dialog-%1-%2.png").arg(name, theme));
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
        savePicture(dialog->grab(), out + QStringLiteral("/sign-off-%1.png").arg(theme));
        dialog->accept();
        shoot(audit, out, QStringLiteral("audit-signed-off-") + theme);
    }
}

// Writing what is shown can only fail where nothing can be written, and then there is nothing to show.
void require(const base::Status& written)
{
    if (!written)
        tests::failPictures(QString::fromStdString(written.error().message()));
}

// What the Run page says of a run in one state or another.
class RunStates
{
public:
    RunStates(const QString& run, QString out, QString theme, const pages::PageContext& context)
        : m_run(run)
        , m_folder(run.toStdString())
        , m_before(*m_folder.readInfo())
        , m_out(std::move(out))
        , m_theme(std::move(theme))
        , m_context(context)
    {
    }
    ~RunStates() { require(m_folder.writeInfo(m_before)); }
    RunStates(const RunStates&) = delete;
    RunStates& operator=(const RunStates&) = delete;

    void showPhases()
    {
        for (const store::RunPhase phase : { store::RunPhase::Running, store::RunPhase::Paused,
                 store::RunPhase::Failed, store::RunPhase::Stopped, store::RunPhase::Finished }) {
            store::RunInfo info = inPhase(phase);
            if (phase == store::RunPhase::Failed) {
                info.exitCode = 4;
                info.error = "node rl2a, step 61: CUDA out of memory, 2.0 GiB were asked for";
                require(base::writeFileAtomically(m_folder.logFile(),
                    "[2a] step 60 of 120\n[2a] step 61 of 120\n"
                    "CUDA out of memory. Tried to allocate 2.00 GiB\n"));
            }
            show(QString::fromLatin1(store::runPhaseName(phase)), info);
        }
    }

    void showQueue()
    {
        services::RunQueue queue(m_run + QStringLiteral("-queue"), m_context.runs, [] { return QString(); });
        const store::RunInfo running = inPhase(store::RunPhase::Running);
        require(m_folder.writeInfo(running));
        m_context.runs.scan();
        require(base::writeFileAtomically(m_folder.projectFile(), "{}\n"));
        const std::pair<const char*, const char*> waiting[]
            = { { "MSRL demo", "cpu" }, { "MSRL demo, ratio 10", "cpu" }, { "without CMKD", "cuda:1" } };
        for (const auto& [title, device] : waiting)
            require(
                queue.add(QString::fromLatin1(title), QString::fromStdString(m_folder.projectFile().string()),
                    { QStringLiteral("--device"), QString::fromLatin1(device) }));
        settle(200);
        show(QStringLiteral("queue"), running, &queue);
    }

    void showRemote()
    {
        store::RunInfo running = inPhase(store::RunPhase::Running);
        running.device = "cuda:0";
        require(services::writeRemoteSign(
            { QStringLiteral("ada@gpu-node"), true, base::nowMs() - 95'000 }, m_run));
        show(QStringLiteral("remote"), running);
        const curriculum::Project project = tests::sampleStudyProject();
        pages::RemoteDialog dialog(
            m_context.settings, project, models::anotherMachine(QStringLiteral("/data/runs")));
        dialog.show();
        settle(200);
        savePicture(dialog.grab(), m_out + QStringLiteral("/remote-dialog-%1.png").arg(m_theme));
    }

private:
    store::RunInfo inPhase(store::RunPhase phase) const
    {
        store::RunInfo info = m_before;
        info.phase = phase;
        return info;
    }

    void show(const QString& name, const store::RunInfo& info, services::RunQueue* waiting = nullptr)
    {
        require(m_folder.writeInfo(info));
        pages::RunPage page({ m_context.settings, m_context.runs, waiting });
        services::RunSession session(m_run);
        page.resize(1388, 820);
        page.setSession(&session);
        page.show();
        session.start();
        settle(700);
        shoot(page, m_out, QStringLiteral("run-%1-%2").arg(name, m_theme));
        page.setSession(nullptr);
    }

    QString m_run;
    store::RunFolder m_folder;
    store::RunInfo m_before; // put back at the end
    QString m_out;
    QString m_theme;
    pages::PageContext m_context;
};

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
    RunStates states(run, out, theme, context);
    states.showPhases();
    states.showQueue();
    states.showRemote();
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QString out = tests::pictureFolder();
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
