// SPDX-License-Identifier: GPL-3.0-or-later
// The main window: which run is selected, and what the header and the status line say of it.
#include "app/pages/compare_page.h"
#include "app/pages/main_window.h"
#include "app/pages/run_notifier.h"
#include "app/pages/window_header.h"
#include "app/pages/window_status.h"
#include "core/base/json.h"
#include "core/store/run_folder.h"

#include <QFileInfo>

namespace msrl::pages {

namespace {

constexpr const char* kLastRun = "last_run"; // among Settings::pages

// The file that a run was started from, where it still exists; else the run's own copy of it.
QString projectOf(const store::RunFolder& folder)
{
    const QString copy = QString::fromStdString(folder.projectFile().string());
    const base::Result<base::Json> plan = base::readJsonFile(folder.planFile());
    if (!plan || !plan->contains("options") || !plan->at("options").contains("project"))
        return copy;
    const base::Json& project = plan->at("options").at("project");
    const QString original
        = project.is_string() ? QString::fromStdString(project.get<std::string>()) : QString();
    return QFileInfo::exists(original) ? original : copy;
}

} // namespace

void MainWindow::openRun(const QString& folder)
{
    if (folder.isEmpty() || (m_session && m_session->path() == folder))
        return;
    for (Page* page : m_pages)
        page->setSession(nullptr);
    m_session = std::make_unique<services::RunSession>(folder);
    connect(m_session.get(), &services::RunSession::stateChanged, this, &MainWindow::showState);
    connect(m_session.get(), &services::RunSession::progressChanged, this, &MainWindow::showState);
    connect(m_session.get(), &services::RunSession::stagesChanged, this, &MainWindow::showState);
    connect(m_session.get(), &services::RunSession::problem, this, &MainWindow::showMessage);
    for (Page* page : m_pages)
        page->setSession(m_session.get());
    m_notifier->setSession(m_session.get());
    connect(m_session.get(), &services::RunSession::remoteSignalRequested, this, &MainWindow::signalRemote);
    followRemotes();
    m_session->start();
    if (m_document.project().nodes.empty())
        openProject(projectOf(m_session->folder()));
    m_runs.add(folder);
    m_settings.edit(
        [&folder](services::SettingsData& changed) { changed.pages[kLastRun] = folder.toStdString(); });
    showRuns();
    showState();
}

void MainWindow::openLastRun()
{
    if (auto* compare = qobject_cast<ComparePage*>(page(QStringLiteral("compare"))))
        compare->reattach();
    for (const services::KnownRun& run : m_runs.runs()) {
        if (!store::isOver(run.state.kind)) {
            openRun(run.path);
            return;
        }
    }
    const base::Json& kept = m_settings.data().pages;
    const auto last = kept.find(kLastRun);
    if (last == kept.end() || !last->is_string())
        return;
    const QString folder = QString::fromStdString(last->get<std::string>());
    if (store::RunFolder(folder.toStdString()).isRunFolder())
        openRun(folder);
}

void MainWindow::showRuns()
{
    m_header->showRuns(m_runs, m_session ? m_session->path() : QString());
}

void MainWindow::showState()
{
    m_header->showRun(m_session.get());
    m_status->showRun(m_session.get(), m_runs.runsFolder());
}

} // namespace msrl::pages
