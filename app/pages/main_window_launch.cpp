// SPDX-License-Identifier: GPL-3.0-or-later
// Launches of the open project on this machine: how it was run last, and what the engine is asked
// for.
#include "app/pages/main_window.h"

namespace msrl::pages {

namespace {

constexpr const char* kLaunchKey = "launch"; // among Settings::pages, by project file

} // namespace

// How this project was run last.
models::LaunchOptions MainWindow::keptLaunch() const
{
    const base::Json& pages = m_settings.data().pages;
    const base::Json kept = pages.value(kLaunchKey, base::Json::object());
    return models::launchFromJson(
        kept.is_object() ? kept.value(m_document.path().toStdString(), base::Json::object()) : base::Json());
}

void MainWindow::keepLaunch(const models::LaunchOptions& options)
{
    if (m_document.path().isEmpty())
        return; // saving was called off: the options would be those of every project without a file
    m_settings.edit([&](services::SettingsData& changed) {
        base::Json& kept = changed.pages[kLaunchKey];
        if (!kept.is_object())
            kept = base::Json::object();
        kept[m_document.path().toStdString()] = models::launchToJson(options);
    });
}

// False: an option cannot be used (any more), and the review shows it beside its field.
bool MainWindow::mayLaunch(const models::LaunchOptions& options)
{
    if (models::launchFaults(options, launchPlace(), m_document.project()).isEmpty())
        return true;
    reviewRun(options);
    return false;
}

models::LaunchPlace MainWindow::launchPlace(models::LaunchKind kind) const
{
    models::LaunchPlace place = models::thisMachine(m_runs.runsFolder(), kind);
    place.takenFolders = m_queue.takenFolders();
    return place;
}

QString MainWindow::freshRunFolder(const QString& name, const QString& runsFolder) const
{
    return m_runs.freshRunFolder(name, runsFolder, m_queue.takenFolders());
}

void MainWindow::startRun(const models::LaunchOptions& options)
{
    if (isReadyToLaunch() && mayLaunch(options))
        launch(launchRequest(options));
}

services::LaunchRequest MainWindow::launchRequest(const models::LaunchOptions& options) const
{
    services::LaunchRequest request;
    request.program = engineProgram();
    request.project = m_document.path();
    request.runFolder = models::namedRunFolder(options, launchPlace());
    if (request.runFolder.isEmpty())
        request.runFolder = freshRunFolder(m_document.title(), options.runsFolder);
    // Runs of one project share their results, so that only what is stale is made again.
    request.options = { QStringLiteral("--artefacts"), m_document.folder() + QStringLiteral("/artefacts") };
    request.options << models::launchWords(options);
    return request;
}

} // namespace msrl::pages
