// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/model_sizes.h"

#include "core/base/json.h"

#include <QProcess>

namespace msrl::services {

base::Result<curriculum::ModelSize> readModelSize(const std::string& text)
{
    const base::Result<base::Json> json = base::parseJson(text, "msrl-engine inspect");
    if (!json)
        return json.error();
    try {
        const base::Json& parameters = json->at("parameters");
        return curriculum::ModelSize { parameters.at("vision").get<std::int64_t>(),
            parameters.at("projector").get<std::int64_t>(), parameters.at("language").get<std::int64_t>() };
    } catch (const base::Json::exception& error) {
        return base::badInput(
            error.what(), "msrl-engine inspect", "studio and engine are of different versions");
    }
}

ModelSizes::ModelSizes(QObject* parent)
    : QObject(parent)
{
}

ModelSizes::~ModelSizes()
{
    if (m_process) {
        m_process->disconnect(this);
        m_process->kill();
        m_process->waitForFinished();
    }
}

void ModelSizes::ask(const QString& program, std::vector<Question> questions)
{
    m_program = program;
    m_waiting = std::move(questions);
    if (!m_process)
        next();
}

void ModelSizes::next()
{
    if (m_waiting.empty())
        return;
    m_process = new QProcess(this);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        const QString words = m_process->errorString();
        m_waiting.clear();
        m_process->deleteLater();
        m_process = nullptr;
        Q_EMIT failed(tr("msrl-engine cannot be started: %1").arg(words));
    });
    connect(m_process, &QProcess::finished, this, &ModelSizes::end);
    m_process->start(m_program,
        { QStringLiteral("inspect"), m_waiting.back().path, QStringLiteral("--json") }, QIODevice::ReadOnly);
}

void ModelSizes::end(int code)
{
    const std::string output = m_process->readAllStandardOutput().toStdString();
    const QString said
        = QString::fromUtf8(m_process->readAllStandardError()).trimmed().section(QLatin1Char('\n'), -1);
    m_process->deleteLater();
    m_process = nullptr;
    const Question asked = m_waiting.back();
    m_waiting.pop_back();
    const base::Result<curriculum::ModelSize> size = readModelSize(output);
    if (code != 0) {
        Q_EMIT failed(said.isEmpty() ? tr("msrl-engine ended with code %1.").arg(code) : said);
    } else if (!size) {
        Q_EMIT failed(QString::fromStdString(size.error().message()));
    } else {
        m_known[asked.node] = *size;
        Q_EMIT changed();
    }
    next();
}

} // namespace msrl::services
