// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/set_export.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include <filesystem>
#include <system_error>
#include <utility>

namespace msrl::services {

QString exportFileName(const QString& typed, const QString& suffix)
{
    const QString own = QFileInfo(typed).suffix(); // of "v1.2-set" it is no ending at all
    const bool says = own == QLatin1String("jsonl") || own == QLatin1String("parquet");
    return says ? typed : typed + QLatin1Char('.') + suffix;
}

SetExport::~SetExport()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    m_process->kill();
    m_process->waitForFinished();
    // And what the engine writes beside it until it is whole.
    const QFileInfo aside(m_aside);
    for (const QFileInfo& file : aside.dir().entryInfoList(QDir::Files | QDir::Hidden)) {
        if (file.fileName().startsWith(aside.fileName()))
            QFile::remove(file.filePath());
    }
}

void SetExport::start(const SetExportRequest& request)
{
    Q_ASSERT(!isRunning());
    m_file = request.file;
    // Beside the file, with its ending, which says what is wanted.
    const QFileInfo wanted(request.file);
    m_aside = wanted.dir().filePath(
        QStringLiteral(".%1.%2.%3")
            .arg(wanted.completeBaseName(), QString::number(QCoreApplication::applicationPid()),
                wanted.suffix()));
    QFile::remove(m_aside); // of a studio with the same number that was killed
    QStringList arguments { QStringLiteral("audit"), request.run, QStringLiteral("--stage"), request.stage,
        QStringLiteral("--export"), m_aside, QStringLiteral("--format"),
        request.pairs ? QStringLiteral("pairs") : QStringLiteral("swift") };
    if (!request.gate.isEmpty())
        arguments << QStringLiteral("--gate") << request.gate;
    m_process = new QProcess(this);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(m_process->errorString());
    });
    connect(m_process, &QProcess::finished, this,
        [this](int code, QProcess::ExitStatus status) { end(status == QProcess::NormalExit ? code : -1); });
    m_process->start(request.program, arguments);
}

void SetExport::end(int code)
{
    const QString said = QString::fromUtf8(m_process->readAllStandardOutput()).trimmed();
    if (code != 0) {
        const QString words = QString::fromUtf8(m_process->readAllStandardError()).trimmed();
        return fail(words.isEmpty() ? tr("the engine ended without a word") : words);
    }
    std::error_code moved;
    std::filesystem::rename(m_aside.toStdString(), m_file.toStdString(), moved);
    if (moved)
        return fail(QString::fromStdString(moved.message()));
    std::exchange(m_process, nullptr)->deleteLater();
    Q_EMIT finished(
        m_file, QString(said).replace(m_aside, m_file).replace(QLatin1Char('\n'), QLatin1String("; ")));
}

void SetExport::fail(const QString& why)
{
    std::exchange(m_process, nullptr)->deleteLater();
    QFile::remove(m_aside);
    Q_EMIT failed(tr("The set was not exported: %1").arg(QString(why).replace(m_aside, m_file)));
}

} // namespace msrl::services
