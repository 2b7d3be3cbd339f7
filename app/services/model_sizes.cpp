// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/model_sizes.h"

#include "core/base/json.h"

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
    connect(&m_question, &EngineQuestion::answered, this, &ModelSizes::take);
    connect(&m_question, &EngineQuestion::failed, this, [this](const QString& sentence) {
        m_waiting.pop_back();
        Q_EMIT failed(sentence);
        next();
    });
    connect(&m_question, &EngineQuestion::notStarted, this, [this](const QString& sentence) {
        m_waiting.clear();
        Q_EMIT failed(sentence);
    });
}

void ModelSizes::ask(const QString& program, std::vector<Question> questions)
{
    m_question.drop();
    m_program = program;
    m_waiting = std::move(questions);
    next();
}

void ModelSizes::next()
{
    if (!m_waiting.empty())
        m_question.ask(
            m_program, { QStringLiteral("inspect"), m_waiting.back().path, QStringLiteral("--json") });
}

void ModelSizes::take(const QByteArray& output)
{
    const Question asked = m_waiting.back();
    m_waiting.pop_back();
    const base::Result<curriculum::ModelSize> size = readModelSize(output.toStdString());
    if (size) {
        m_known[asked.node] = *size;
        Q_EMIT changed();
    } else {
        Q_EMIT failed(QString::fromStdString(size.error().message()));
    }
    next();
}

} // namespace msrl::services
