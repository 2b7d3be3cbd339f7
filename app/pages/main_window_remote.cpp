// SPDX-License-Identifier: GPL-3.0-or-later
// Runs on other machines: started from here, followed by a replica.
#include "app/pages/main_window.h"
#include "app/pages/remote_dialog.h"
#include "widgets/feedback/message_bar.h"

#include <QDateTime>
#include <QFileInfo>

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
        if (m_session && m_session->path() == replica)
            followRemote(replica); // anew: the mirror of a resumed run had seen its end
        else
            openRun(replica);
        showPage(QStringLiteral("run"));
    });
}

void MainWindow::chooseRemote()
{
    if (!isReadyToLaunch())
        return;
    auto* dialog = new RemoteDialog(m_settings, m_document.project(), m_runs.runsFolder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RemoteDialog::runRequested, this, &MainWindow::runRemotely);
    dialog->open();
}

void MainWindow::runRemotely(const services::RemoteTarget& target, const models::LaunchOptions& options)
{
    // By the second: what is there already is not known here.
    const QString name = !options.runName.isEmpty()
        ? options.runName
        : QFileInfo(m_runs.freshRunFolder(m_document.title())).fileName()
            + QDateTime::currentDateTime().toString(QStringLiteral("-yyyyMMdd-hhmmss"));
    const QString replica = m_runs.runsFolder() + QLatin1Char('/') + name;
    m_remoteLauncher.launch({ target, m_document.path(), name, models::launchWords(options), replica });
}

// The mirror of the selected run, where it is one of another machine.
void MainWindow::followRemote(const QString& runFolder)
{
    m_remote.reset();
    if (!services::isReplica(runFolder))
        return;
    auto run = services::readRemoteRun(runFolder);
    if (!run) {
        showMessage(QString::fromStdString(run.error().message()));
        return;
    }
    m_remote = std::make_unique<services::RemoteMirror>(*std::move(run), runFolder);
    connect(m_remote.get(), &services::RemoteMirror::problem, this, [this](const QString& sentence) {
        notice(MessageKind::Warning, sentence, tr("Connect now"), [this] {
            if (m_remote)
                m_remote->retryNow();
        });
    });
    connect(m_remote.get(), &services::RemoteMirror::contactChanged, this, [this](bool inContact) {
        if (inContact)
            m_message->clearMessage();
    });
    connect(m_session.get(), &services::RunSession::remoteSignalRequested, m_remote.get(),
        &services::RemoteMirror::sendSignal);
    m_remote->start();
}

void MainWindow::resumeRemote(const QString& replica)
{
    if (auto run = services::readRemoteRun(replica))
        m_remoteLauncher.resume(*run, replica);
    else
        showMessage(QString::fromStdString(run.error().message()));
}

} // namespace msrl::pages
