// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/demo_maker.h"

#include "app/services/engine_locator.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

namespace msrl::services {

QString DemoMaker::projectFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QStringLiteral("/msrl-studio/demo/project.msrl");
}

void DemoMaker::start()
{
    const EngineLocator engine;
    if (engine.program().isEmpty()) {
        Q_EMIT failed(tr("msrl-engine was not found, so the demo project cannot be made. Looked at: %1")
                          .arg(engine.places().join(QStringLiteral(", "))));
        return;
    }
    const QFileInfo project(projectFile());
    QDir().mkpath(QFileInfo(project.path()).path());
    m_process = new QProcess(this);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT failed(tr("The demo project cannot be made: %1").arg(m_process->errorString()));
    });
    connect(m_process, &QProcess::finished, this, [this, project](int code, QProcess::ExitStatus) {
        const QString words = QString::fromUtf8(m_process->readAllStandardError()).trimmed();
        m_process->deleteLater();
        if (code == 0)
            Q_EMIT finished(project.filePath());
        else
            Q_EMIT failed(tr("The demo project cannot be made: %1").arg(words));
    });
    m_process->start(engine.program(), { QStringLiteral("demo"), project.path() });
}

} // namespace msrl::services
