// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/batch_preview.h"

#include "app/services/settings.h"
#include "core/base/files.h"

#include <QDir>
#include <QFile>
#include <QUuid>

namespace msrl::services {

namespace {

PromptPiece pieceOf(const base::Json& json)
{
    using Role = PromptPiece::Role;
    const std::string role = json.value("role", std::string());
    PromptPiece piece;
    piece.role = role == "data" ? Role::Data
        : role == "target"      ? Role::Target
        : role == "template"    ? Role::Template
                                : Role::Special;
    piece.text = json.value("text", std::string());
    if (role == "image")
        piece.text = "["
            + BatchPreview::tr("%n picture tokens", nullptr, json.value("tokens", 0)).toStdString() + "]";
    return piece;
}

PreviewRow rowOf(const base::Json& json)
{
    PreviewRow row;
    row.source = json.value("source", std::string());
    row.sample = json.value("sample", std::string());
    row.task = json.value("task", std::string());
    row.gold = json.contains("gold") && json["gold"].is_string() ? json["gold"].get<std::string>() : "";
    row.refused = json.value("refused", std::string());
    row.tokens = json.value("tokens", std::int64_t { 0 });
    row.targetTokens = json.value("target_tokens", std::int64_t { 0 });
    row.pictures = json.value("images", std::vector<std::int64_t> {});
    for (const base::Json& piece : json.value("pieces", base::Json::array()))
        row.pieces.push_back(pieceOf(piece));
    return row;
}

PreviewSource sourceOf(const base::Json& json)
{
    return { json.value("name", std::string()), json.value("samples", std::int64_t { 0 }),
        json.value("checked", std::int64_t { 0 }), json.value("longest_prompt", std::int64_t { 0 }),
        json.value("refused", std::int64_t { 0 }), json.value("refusals", std::vector<std::string> {}) };
}

} // namespace

base::Result<BatchPreviewFacts> readPreview(const std::string& text)
{
    const base::Result<base::Json> json = base::parseJson(text, "msrl-engine preview");
    if (!json)
        return json.error();
    try { // members of another type
        const base::Json limits = json->value("limits", base::Json::object());
        BatchPreviewFacts facts;
        facts.batchSize = json->value("batch_size", std::int64_t { 0 });
        facts.promptLimit = limits.value("prompt_tokens", std::int64_t { 0 });
        facts.completionLimit = limits.value("completion_tokens", std::int64_t { 0 });
        for (const base::Json& row : json->value("batch", base::Json::array()))
            facts.rows.push_back(rowOf(row));
        for (const base::Json& source : json->value("sources", base::Json::array()))
            facts.sources.push_back(sourceOf(source));
        return facts;
    } catch (const base::Json::exception& error) {
        return base::badInput(
            error.what(), "msrl-engine preview", "studio and engine are of different versions");
    }
}

BatchPreview::BatchPreview(QObject* parent)
    : QObject(parent)
{
    const auto fail = [this](const QString& sentence) {
        removeFile();
        Q_EMIT failed(sentence);
    };
    connect(&m_question, &EngineQuestion::answered, this, &BatchPreview::take);
    connect(&m_question, &EngineQuestion::failed, this, fail);
    connect(&m_question, &EngineQuestion::notStarted, this, fail);
}

BatchPreview::~BatchPreview()
{
    removeFile();
}

void BatchPreview::ask(
    const QString& program, const std::string& projectText, const QString& folder, const QString& node)
{
    m_question.drop();
    removeFile();
    const QDir state(Settings::stateFolder());
    state.mkpath(QStringLiteral("."));
    m_file = state.filePath(
        QStringLiteral("preview-%1.msrl").arg(QUuid::createUuid().toString(QUuid::Id128).left(8)));
    if (const base::Status written = base::writeFileAtomically(m_file.toStdString(), projectText); !written) {
        Q_EMIT failed(QString::fromStdString(written.error().message()));
        return;
    }
    m_question.ask(program,
        { QStringLiteral("preview"), m_file, QStringLiteral("--folder"), folder, QStringLiteral("--stage"),
            node, QStringLiteral("--json") });
}

void BatchPreview::take(const QByteArray& output)
{
    removeFile();
    const base::Result<BatchPreviewFacts> facts = readPreview(output.toStdString());
    if (facts)
        Q_EMIT answered(*facts);
    else
        Q_EMIT failed(QString::fromStdString(facts.error().message()));
}

void BatchPreview::removeFile()
{
    if (!m_file.isEmpty())
        QFile::remove(m_file);
    m_file.clear();
}

} // namespace msrl::services
