// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of runs that wait for their device.
#include "app/pages/main_window.h"
#include "app/services/engine_locator.h"
#include "widgets/feedback/message_bar.h"

namespace msrl::pages {

void MainWindow::registerQueueActions()
{
    m_actions.add({ QStringLiteral("run.queue"), QStringLiteral("Run"), tr("&Queue project"),
                      tr("Run the saved project, as it is now, when no other run uses its device."), {},
                      QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_Return) },
        this, [this] { queueRun(keptLaunch()); });
    connect(&m_queue, &services::RunQueue::failed, this, &MainWindow::showMessage);
    connect(&m_queue, &services::RunQueue::started, this, [this](const QString& folder) {
        m_runs.add(folder);
        reportEvent(tr("The queue started %1").arg(folder));
        // Somebody who looks at another run keeps it.
        if (!m_session || store::isOver(m_session->state().kind))
            openRun(folder);
    });
}

QString MainWindow::engineProgram() const
{
    services::EngineLocator engine;
    engine.setProgram(m_settings.data().engineProgram);
    return engine.program();
}

void MainWindow::queueRun(const models::LaunchOptions& options)
{
    if (!isReadyToLaunch() || !mayLaunch(options))
        return;
    const services::LaunchRequest request = launchRequest(options);
    const QString name = options.runName.trimmed();
    const QString title = name.isEmpty() ? m_document.title() : name;
    if (const base::Status added = m_queue.add(title, request.project, request.options, request.runFolder);
        !added) {
        showMessage(QString::fromStdString(added.error().message()));
        return;
    }
    notice(widgets::MessageKind::Info, tr("%1 waits in the queue.").arg(title), tr("Show"),
        [this] { showPage(QStringLiteral("run")); });
}

} // namespace msrl::pages
