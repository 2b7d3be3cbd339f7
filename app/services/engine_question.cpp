// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/engine_question.h"

#include <QProcess>

#include <utility>

namespace msrl::services {

EngineQuestion::EngineQuestion(QObject* parent)
    : QObject(parent)
{
}

EngineQuestion::~EngineQuestion()
{
    for (QProcess* process : findChildren<QProcess*>()) { // those that were dropped, too
        process->disconnect(this);
        process->kill();
        process->waitForFinished();
    }
}

void EngineQuestion::ask(const QString& program, const QStringList& arguments)
{
    drop();
    m_process = new QProcess(this);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return; // finished() tells the rest
        const QString words = m_process->errorString();
        drop();
        Q_EMIT notStarted(tr("msrl-engine cannot be started: %1").arg(words));
    });
    connect(m_process, &QProcess::finished, this,
        [this](int code, QProcess::ExitStatus status) { end(code, status == QProcess::CrashExit); });
    m_process->start(program, arguments, QIODevice::ReadOnly);
}

void EngineQuestion::end(int code, bool crashed)
{
    const QByteArray output = m_process->readAllStandardOutput();
    const QString said
        = QString::fromUtf8(m_process->readAllStandardError()).trimmed().section(QLatin1Char('\n'), -1);
    drop();
    if (code == 0 && !crashed)
        Q_EMIT answered(output);
    else if (!said.isEmpty())
        Q_EMIT failed(said);
    else
        Q_EMIT failed(crashed ? tr("msrl-engine was ended by signal %1.").arg(code)
                              : tr("msrl-engine ended with code %1.").arg(code));
}

void EngineQuestion::drop()
{
    if (!m_process)
        return;
    QProcess* process = std::exchange(m_process, nullptr);
    process->disconnect(this);
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
    } else {
        connect(process, &QProcess::finished, process, &QObject::deleteLater);
        process->kill();
    }
}

} // namespace msrl::services
