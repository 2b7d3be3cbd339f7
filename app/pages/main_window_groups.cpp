// SPDX-License-Identifier: GPL-3.0-or-later
// Run groups that are started from the open project.
#include "app/models/counted_text.h"
#include "app/pages/compare_page.h"
#include "app/pages/main_window.h"
#include "app/pages/sweep_dialog.h"
#include "widgets/feedback/message_bar.h"

namespace msrl::pages {

using models::SweepChoice;
using models::SweepKind;

namespace {

constexpr const char* kStudies = "studies"; // among Settings::pages

const char* nameOf(SweepKind kind)
{
    return kind == SweepKind::Ablations ? "ablations" : "ratios";
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
        [this] { startSweep(keptSweep(SweepKind::Ablations)); }, "compare");
    add(
        "run.ablationsChoose", tr("Ablation set: choose seeds…"),
        tr("Choose the seeds of the ablation set, and see its command line."),
        [this] { chooseSweep(SweepKind::Ablations); }, "settings");
    add(
        "run.ratios", tr("Replay &sweep"),
        tr("Run one stage with several ratios of new to replayed samples."),
        [this] { startSweep(keptSweep(SweepKind::ReplayRatios)); }, "replay");
    add(
        "run.ratiosChoose", tr("Replay sweep: choose stage, ratios and seeds…"),
        tr("Choose stage, ratios and seeds of the replay sweep, and see its command line."),
        [this] { chooseSweep(SweepKind::ReplayRatios); }, "settings");
}

void MainWindow::connectGroups()
{
    connect(&m_document, &models::ProjectDocument::changed, this, &MainWindow::showSweeps);
    showSweeps();
    auto* compare = qobject_cast<ComparePage*>(page(QStringLiteral("compare")));
    if (!compare)
        return;
    connect(
        &m_launcher, &services::EngineLauncher::groupStarted, this, [this, compare](const QString& folder) {
            m_message->clearMessage();
            compare->openGroup(folder);
            showPage(compare->id());
        });
    connect(compare, &ComparePage::continueRequested, this, [this](const QString& folder) {
        services::LaunchRequest request = launchRequest();
        request.sweep = true;
        request.project.clear();
        request.runFolder = folder;
        request.options.clear();
        launch(request);
    });
    connect(compare, &ComparePage::runRequested, this, [this](const QString& folder) {
        openRun(folder);
        showPage(QStringLiteral("run"));
    });
}

// How many runs a press would start stands on the button; why none, in its tip.
void MainWindow::showSweeps()
{
    for (const SweepKind kind : { SweepKind::Ablations, SweepKind::ReplayRatios }) {
        const bool ablations = kind == SweepKind::Ablations;
        QAction* action
            = m_actions.action(ablations ? QStringLiteral("run.ablations") : QStringLiteral("run.ratios"));
        const SweepChoice choice = keptSweep(kind);
        const auto group = models::sweepGroup(choice, m_document.project());
        action->setEnabled(group.ok());
        const QString name = ablations ? tr("&Ablation set") : tr("Replay &sweep");
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
        kept.is_object() ? kept.value(nameOf(kind), base::Json::object()) : base::Json::object(),
        m_document.project());
}

services::LaunchRequest MainWindow::sweepRequest(SweepKind kind) const
{
    services::LaunchRequest request = launchRequest();
    request.sweep = true;
    request.runFolder = m_runs.freshRunFolder(m_document.title()
        + (kind == SweepKind::Ablations ? QStringLiteral(" ablations") : QStringLiteral(" replay")));
    return request;
}

void MainWindow::startSweep(const SweepChoice& choice)
{
    if (!isReadyToLaunch())
        return;
    services::LaunchRequest request = sweepRequest(choice.kind);
    request.options = models::sweepOptions(choice);
    launch(request);
}

void MainWindow::chooseSweep(SweepKind kind, const QString& node)
{
    SweepChoice asked = keptSweep(kind);
    if (!node.isEmpty())
        asked.node = node;
    auto* dialog = new SweepDialog(asked, m_document.project(), sweepRequest(kind), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        const SweepChoice choice = dialog->choice();
        m_settings.edit([&choice](services::SettingsData& changed) {
            base::Json& kept = changed.pages[kStudies];
            if (!kept.is_object())
                kept = base::Json::object();
            kept[nameOf(choice.kind)] = models::sweepToJson(choice);
        });
        showSweeps();
        startSweep(choice);
    });
    dialog->open();
}

} // namespace msrl::pages
