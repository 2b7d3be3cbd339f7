// SPDX-License-Identifier: GPL-3.0-or-later
// Runs and studies on other machines: started from here, followed by a replica.
#include "app/pages/compare_page.h"
#include "app/pages/main_window.h"
#include "app/pages/remote_dialog.h"
#include "widgets/feedback/message_bar.h"

#include <QDateTime>
#include <QFileInfo>

#include <set>

namespace msrl::pages {

using widgets::MessageKind;

void MainWindow::registerRemoteActions()
{
    m_actions.add(
        { QStringLiteral("run.remote"), QStringLiteral("Run"), tr("Run on another &machine…"),
            tr("Copy the project to a machine that ssh reaches, run it there and follow it here."), {}, {} },
        this, [this] { chooseRemote(); });
    connect(&m_remoteLauncher, &services::RemoteLauncher::progressed, this,
        [this](const QString& sentence) { notice(MessageKind::Info, sentence); });
    connect(&m_remoteLauncher, &services::RemoteLauncher::failed, this, &MainWindow::showRefusal);
    connect(&m_remoteLauncher, &services::RemoteLauncher::started, this, [this](const QString& replica) {
        m_message->clearMessage();
        followAnew(replica);
        openRun(replica);
        showPage(QStringLiteral("run"));
    });
}

void MainWindow::chooseRemote()
{
    if (!isReadyToLaunch())
        return;
    auto* dialog = new RemoteDialog(
        m_settings, m_document.project(), models::anotherMachine(m_runs.runsFolder()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RemoteDialog::runRequested, this,
        [this](const services::RemoteTarget& target, const models::LaunchOptions& options) {
            m_remoteLauncher.launch(remoteLaunch(target, options, m_document.title()));
        });
    dialog->open();
}

services::RemoteLaunch MainWindow::remoteLaunch(
    const services::RemoteTarget& target, const models::LaunchOptions& options, const QString& title) const
{
    // By the second: what is there already is not known here.
    const QString name = !options.runName.isEmpty() ? options.runName
                                                    : QFileInfo(m_runs.freshRunFolder(title)).fileName()
            + QDateTime::currentDateTime().toString(QStringLiteral("-yyyyMMdd-hhmmss"));
    const QString replica = m_runs.runsFolder() + QLatin1Char('/') + name;
    return { target, m_document.path(), name, models::launchWords(options), replica };
}

void MainWindow::followRemotes()
{
    auto* compare = qobject_cast<ComparePage*>(page(QStringLiteral("compare")));
    const services::GroupSession* study = compare ? compare->study().session() : nullptr;
    std::set<QString> wanted;
    for (const QString& folder :
        { m_session ? m_session->path() : QString(), study ? study->path() : QString() })
        if (const QString replica = services::replicaOf(folder); !folder.isEmpty() && !replica.isEmpty())
            wanted.insert(replica);
    std::erase_if(m_mirrors, [&](const auto& known) { return !wanted.contains(known.first); });
    for (const QString& replica : wanted)
        if (!m_mirrors.contains(replica))
            followRemote(replica);
}

void MainWindow::followRemote(const QString& replica)
{
    auto run = services::readRemoteRun(replica);
    if (!run) {
        showMessage(QString::fromStdString(run.error().message()));
        return;
    }
    auto& mirror = m_mirrors[replica];
    mirror = std::make_unique<services::RemoteMirror>(*std::move(run), replica);
    connect(mirror.get(), &services::RemoteMirror::problem, this, [this, replica](const QString& sentence) {
        notice(MessageKind::Warning, sentence, tr("Connect now"), [this, replica] {
            if (const auto known = m_mirrors.find(replica); known != m_mirrors.end())
                known->second->retryNow();
        });
    });
    connect(mirror.get(), &services::RemoteMirror::contactChanged, this, [this](bool inContact) {
        if (inContact)
            m_message->clearMessage();
    });
    mirror->start();
}

void MainWindow::followAnew(const QString& replica)
{
    m_mirrors.erase(services::replicaOf(replica));
    followRemotes();
}

void MainWindow::signalRemote(const QString& runFolder, int signal)
{
    if (const auto known = m_mirrors.find(services::replicaOf(runFolder)); known != m_mirrors.end())
        known->second->sendSignal(runFolder, signal);
}

void MainWindow::resumeRemote(const QString& replica, const QStringList& options)
{
    if (auto run = services::readRemoteRun(replica))
        m_remoteLauncher.resume(*run, replica, options);
    else
        showMessage(QString::fromStdString(run.error().message()));
}

} // namespace msrl::pages
