// SPDX-License-Identifier: GPL-3.0-or-later
// Run groups that are started from the open project.
#include "app/models/counted_text.h"
#include "app/pages/compare_page.h"
#include "app/pages/main_window.h"
#include "app/pages/remote_dialog.h"
#include "app/pages/sweep_dialog.h"
#include "widgets/feedback/message_bar.h"

namespace msrl::pages {

using models::LaunchKind;
using models::SweepChoice;
using models::SweepKind;

namespace {

constexpr const char* kStudies = "studies"; // among Settings::pages

// Of the settings, the action and the group's folder.
struct StudyNames
{
    SweepKind kind;
    const char* kept;
    const char* action;
    const char* folder;
};

constexpr StudyNames kStudyNames[] { { SweepKind::Ablations, "ablations", "run.ablations", " ablations" },
    { SweepKind::ReplayRatios, "ratios", "run.ratios", " replay" },
    { SweepKind::Parameter, "parameter", "run.parameter", " sweep" } };

const StudyNames& namesOf(SweepKind kind)
{
    return kStudyNames[static_cast<std::size_t>(kind)];
}

} // namespace

void MainWindow::registerGroupActions()
{
    const auto add
        = [this](const char* id, const QString& text, const QString& tip, auto call, const char* icon) {
              m_actions.add({ QLatin1String(id), QStringLiteral("Run"), text, tip, QLatin1String(icon), {} },
                  this, call);
          };
    add(
        "run.ablations", tr("&Ablation set"),
        tr("Run the curriculum with each of its stages left out, as in the paper's table."),
        [this] { pressSweep(SweepKind::Ablations); }, "compare");
    add(
        "run.ablationsChoose", tr("Ablation set: choose seeds…"),
        tr("Choose the seeds of the ablation set, and see its command line."),
        [this] { chooseSweep(SweepKind::Ablations); }, "settings");
    add(
        "run.ratios", tr("Replay &sweep"),
        tr("Run one stage with several ratios of new to replayed samples."),
        [this] { pressSweep(SweepKind::ReplayRatios); }, "replay");
    add(
        "run.ratiosChoose", tr("Replay sweep: choose stage, ratios and seeds…"),
        tr("Choose stage, ratios and seeds of the replay sweep, and see its command line."),
        [this] { chooseSweep(SweepKind::ReplayRatios); }, "settings");
    add(
        "run.parameter", tr("Parameter s&weep"),
        tr("Run the curriculum with several values of one parameter."),
        [this] { pressSweep(SweepKind::Parameter); }, "compare");
    add(
        "run.parameterChoose", tr("Parameter sweep: choose parameter, values and seeds…"),
        tr("Choose any parameter, its values and the seeds, and see the command line."),
        [this] { chooseSweep(SweepKind::Parameter); }, "settings");
}

void MainWindow::connectGroups()
{
    connect(&m_document, &models::ProjectDocument::changed, this, &MainWindow::showSweeps);
    showSweeps();
    auto* compare = qobject_cast<ComparePage*>(page(QStringLiteral("compare")));
    if (!compare)
        return;
    const auto show = [this, compare](const QString& folder) {
        m_message->clearMessage();
        compare->openGroup(folder);
        showPage(compare->id());
    };
    connect(&m_launcher, &services::EngineLauncher::groupStarted, this, show);
    connect(&m_remoteLauncher, &services::RemoteLauncher::groupStarted, this,
        [this, show](const QString& replica) {
            followAnew(replica);
            show(replica);
        });
    connect(compare, &ComparePage::groupOpened, this, &MainWindow::followRemotes);
    connect(compare, &ComparePage::remoteSignalRequested, this, &MainWindow::signalRemote);
    connect(compare, &ComparePage::continueRequested, this, &MainWindow::continueGroup);
    connect(compare, &ComparePage::runRequested, this, [this](const QString& folder) {
        openRun(folder);
        showPage(QStringLiteral("run"));
    });
}

void MainWindow::continueGroup(const QString& folder, bool finishGivenUp)
{
    const QStringList options
        = finishGivenUp ? QStringList { QStringLiteral("--no-early-stop") } : QStringList();
    if (services::isReplica(folder)) {
        resumeRemote(folder, options);
        return;
    }
    services::LaunchRequest request = launchRequest();
    request.sweep = true;
    request.project.clear();
    request.runFolder = folder;
    request.options = options;
    launch(request);
}

// How many runs a press would start stands on the button; why none, in its tip.
void MainWindow::showSweeps()
{
    for (const StudyNames& study : kStudyNames) {
        QAction* action = m_actions.action(QLatin1String(study.action));
        const SweepChoice choice = keptSweep(study.kind);
        const auto group = models::sweepGroup(choice, m_document.project());
        action->setEnabled(group.ok());
        const QString name = study.kind == SweepKind::Ablations ? tr("&Ablation set")
            : study.kind == SweepKind::ReplayRatios             ? tr("Replay &sweep")
                                                                : tr("Parameter s&weep");
        if (!group) {
            action->setText(name);
            action->setToolTip(models::sweepProblem(group.error()));
            continue;
        }
        QStringList titles;
        for (const groups::Configuration& one : group->configurations)
            titles << models::toQt(one.title);
        action->setText(
            models::countedText(static_cast<int>(group->members.size()), tr("%1, one run"), tr("%2, %1 runs"))
                .arg(name));
        action->setToolTip(
            tr("Starts at once: %1; seeds %2.").arg(titles.join(QStringLiteral(", ")), choice.seeds));
    }
}

SweepChoice MainWindow::keptSweep(SweepKind kind) const
{
    const base::Json& pages = m_settings.data().pages;
    const base::Json kept = pages.value(kStudies, base::Json::object());
    return models::sweepFromJson(kind,
        kept.is_object() ? kept.value(namesOf(kind).kept, base::Json::object()) : base::Json::object(),
        m_document.project());
}

services::LaunchRequest MainWindow::sweepRequest(
    const SweepChoice& choice, const models::LaunchOptions& options) const
{
    services::LaunchRequest request = launchRequest();
    request.sweep = true;
    request.runFolder = models::namedRunFolder(options, launchPlace(LaunchKind::Study));
    if (request.runFolder.isEmpty())
        request.runFolder = freshRunFolder(
            m_document.title() + QLatin1String(namesOf(choice.kind).folder), options.runsFolder);
    request.options = models::sweepOptions(choice) + models::launchWords(options);
    return request;
}

models::LaunchOptions MainWindow::studyLaunch() const
{
    return models::fitted(keptLaunch(), LaunchKind::Study);
}

void MainWindow::pressSweep(SweepKind kind)
{
    const models::LaunchOptions options = studyLaunch();
    if (models::launchFaults(options, launchPlace(LaunchKind::Study), m_document.project()).isEmpty())
        startSweep(keptSweep(kind), options);
    else
        chooseSweep(kind);
}

void MainWindow::startSweep(const SweepChoice& choice, const models::LaunchOptions& options)
{
    if (isReadyToLaunch())
        launch(sweepRequest(choice, options));
}

// The ranks of the project's runs stay as they were.
void MainWindow::keepSweep(const SweepChoice& choice, const models::LaunchOptions& options)
{
    m_settings.edit([&choice](services::SettingsData& changed) {
        base::Json& kept = changed.pages[kStudies];
        if (!kept.is_object())
            kept = base::Json::object();
        kept[namesOf(choice.kind).kept] = models::sweepToJson(choice);
    });
    keepLaunch(models::updated(keptLaunch(), options, LaunchKind::Study));
}

void MainWindow::chooseSweep(SweepKind kind, const QString& node)
{
    SweepChoice asked = keptSweep(kind);
    if (!node.isEmpty())
        asked.node = node;
    const StudyLaunch how { studyLaunch(), launchPlace(LaunchKind::Study),
        [this](const SweepChoice& choice, const models::LaunchOptions& options) {
            return sweepRequest(choice, options);
        } };
    auto* dialog = new SweepDialog(asked, m_document.project(), how, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const SweepChoice choice = dialog->choice();
        const models::LaunchOptions options = dialog->options();
        startSweep(choice, options);
        keepSweep(choice, options); // a project without a file has one by now
        showSweeps();
    });
    connect(dialog, &SweepDialog::elsewhereRequested, this,
        [this, dialog] { chooseRemoteSweep(dialog->choice()); });
    dialog->open();
}

void MainWindow::chooseRemoteSweep(const SweepChoice& choice)
{
    if (!isReadyToLaunch())
        return;
    keepSweep(choice, studyLaunch());
    showSweeps();
    auto* dialog = new RemoteDialog(m_settings, m_document.project(),
        models::anotherMachine(m_runs.runsFolder(), LaunchKind::RemoteStudy), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RemoteDialog::runRequested, this,
        [this, choice](const services::RemoteTarget& target, const models::LaunchOptions& options) {
            services::RemoteLaunch launch = remoteLaunch(
                target, options, m_document.title() + QLatin1String(namesOf(choice.kind).folder));
            launch.sweep = true;
            launch.options = models::sweepOptions(choice) + launch.options;
            m_remoteLauncher.launch(launch);
        });
    dialog->open();
}

} // namespace msrl::pages
