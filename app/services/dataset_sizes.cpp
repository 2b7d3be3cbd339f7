// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/dataset_sizes.h"

#include "app/services/settings.h"
#include "core/base/files.h"
#include "core/base/json.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QUuid>

namespace msrl::services {

base::Result<DatasetCounts> readDatasetCounts(const std::string& text)
{
    const base::Result<base::Json> json = base::parseJson(text, "msrl-engine preview");
    if (!json)
        return json.error();
    try { // members that are not there, or of another type
        DatasetCounts counts;
        for (const base::Json& one : json->at("datasets")) {
            const std::string node = one.at("node").get<std::string>();
            if (one.contains("problem"))
                counts.problems[node] = one["problem"].get<std::string>();
            else
                counts.known[node]
                    = { one.at("samples").get<std::int64_t>(), one.at("media").get<std::int64_t>() };
        }
        return counts;
    } catch (const base::Json::exception& error) {
        return base::badInput(
            error.what(), "msrl-engine preview", "studio and engine are of different versions");
    }
}

DatasetSizes::DatasetSizes(QObject* parent)
    : QObject(parent)
{
}

DatasetSizes::~DatasetSizes()
{
    drop();
}

void DatasetSizes::ask(const QString& program, const std::string& projectText, const QString& folder)
{
    const QDir state(Settings::stateFolder());
    state.mkpath(QStringLiteral("."));
    m_file = state.filePath(
        QStringLiteral("counts-%1.msrl").arg(QUuid::createUuid().toString(QUuid::Id128).left(8)));
    if (const base::Status written = base::writeFileAtomically(m_file.toStdString(), projectText); !written) {
        Q_EMIT failed(QString::fromStdString(written.error().message()));
        return;
    }
    m_process = new QProcess(this);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        const QString words = m_process->errorString();
        drop();
        Q_EMIT failed(tr("msrl-engine cannot be started: %1").arg(words));
    });
    connect(m_process, &QProcess::finished, this, &DatasetSizes::end);
    m_process->start(program,
        { QStringLiteral("preview"), m_file, QStringLiteral("--folder"), folder, QStringLiteral("--counts"),
            QStringLiteral("--json") },
        QIODevice::ReadOnly);
}

void DatasetSizes::end(int code)
{
    const std::string output = m_process->readAllStandardOutput().toStdString();
    const QString said
        = QString::fromUtf8(m_process->readAllStandardError()).trimmed().section(QLatin1Char('\n'), -1);
    drop();
    const base::Result<DatasetCounts> counts = readDatasetCounts(output);
    if (code != 0)
        Q_EMIT failed(said.isEmpty() ? tr("msrl-engine ended with code %1.").arg(code) : said);
    else if (!counts)
        Q_EMIT failed(QString::fromStdString(counts.error().message()));
    else
        Q_EMIT counted(*counts);
}

void DatasetSizes::drop()
{
    if (m_process) {
        m_process->disconnect(this);
        m_process->kill();
        m_process->deleteLater();
        m_process = nullptr;
    }
    if (!m_file.isEmpty())
        QFile::remove(m_file);
    m_file.clear();
}

} // namespace msrl::services
