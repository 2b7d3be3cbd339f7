// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/engine_pictures.h"

#include "core/base/json.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <optional>
#include <utility>

namespace msrl::services {

namespace {

bool standsInRow(const QString& file)
{
    return file.startsWith(QLatin1String("data:"));
}

qint64 modifiedMs(const QString& file)
{
    return standsInRow(file) ? 0 : QFileInfo(file).lastModified().toMSecsSinceEpoch();
}

QString qtText(const base::Json& json, const char* name)
{
    return QString::fromStdString(json.value(name, std::string()));
}

// Nothing: not the words of `msrl-engine pictures` about as many files.
std::optional<std::vector<PictureAnswer>> readAnswers(const QByteArray& output, std::size_t count)
{
    const auto json = base::parseJson(output.toStdString(), "msrl-engine pictures");
    if (!json)
        return std::nullopt;
    try { // members that are missing or of another type
        std::vector<PictureAnswer> answers;
        for (const base::Json& one : json->at("media")) {
            PictureAnswer answer { false, {}, qtText(one, "problem") };
            for (const std::string& picture : one.value("pictures", std::vector<std::string> {}))
                answer.pictures << QString::fromStdString(picture);
            if (answer.pictures.isEmpty() && answer.problem.isEmpty())
                return std::nullopt;
            answers.push_back(std::move(answer));
        }
        return answers.size() == count ? std::optional(std::move(answers)) : std::nullopt;
    } catch (const base::Json::exception&) {
        return std::nullopt;
    }
}

} // namespace

EnginePictures::EnginePictures(std::function<QString()> engine, QObject* parent)
    : QObject(parent)
    , m_engine(std::move(engine))
{
    connect(&m_question, &EngineQuestion::answered, this, &EnginePictures::take);
    connect(&m_question, &EngineQuestion::failed, this, &EnginePictures::fail);
    connect(&m_question, &EngineQuestion::notStarted, this, &EnginePictures::fail);
}

const PictureAnswer& EnginePictures::look(const PictureQuestion& question)
{
    const qint64 stamp = modifiedMs(question.file);
    const auto known = m_known.find(question);
    const bool isAsked = std::find(m_asked.begin(), m_asked.end(), question) != m_asked.end();
    if (known != m_known.end() && (known->second.stamp == stamp || isAsked)) {
        const auto waits = std::find(m_waiting.begin(), m_waiting.end(), question);
        if (waits != m_waiting.end()) // somebody looks at it now
            std::rotate(waits, waits + 1, m_waiting.end());
        return known->second.answer;
    }
    Known& fresh = m_known[question];
    fresh = { stamp, {} };
    if (m_engine().isEmpty()) {
        fresh.answer = { false, {},
            tr("msrl-engine, which reads it, was not found; the settings say where it is looked for.") };
        return fresh.answer;
    }
    if (std::find(m_waiting.begin(), m_waiting.end(), question) == m_waiting.end())
        m_waiting.push_back(question);
    if (m_waiting.size() > kMostWaiting) { // nobody looks at what was passed so long ago
        m_known.erase(m_waiting.front());
        m_waiting.pop_front();
    }
    // Once all that is looked at is known: files of one kind are asked for together.
    QMetaObject::invokeMethod(this, &EnginePictures::askNext, Qt::QueuedConnection);
    return fresh.answer;
}

QString EnginePictures::fileOf(const PictureQuestion& question) const
{
    if (!standsInRow(question.file))
        return question.file;
    const QByteArray bytes = QByteArray::fromBase64(question.file.section(QLatin1Char(','), 1).toLatin1());
    const QString name
        = QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    QFile file(m_folder.filePath(name + QStringLiteral(".webp"))); // any image: its bytes tell which
    if (!file.exists() && file.open(QIODevice::WriteOnly))
        file.write(bytes);
    return file.fileName();
}

void EnginePictures::askNext()
{
    if (!m_asked.empty() || m_waiting.empty())
        return;
    const PictureQuestion first = m_waiting.back();
    QStringList arguments { QStringLiteral("pictures") };
    for (auto next = m_waiting.rbegin(); next != m_waiting.rend() && m_asked.size() < kMostTogether; ++next) {
        if (next->frames != first.frames || next->frameRule != first.frameRule)
            continue;
        m_asked.push_back(*next);
        arguments << fileOf(*next);
    }
    std::erase_if(m_waiting, [this](const PictureQuestion& one) {
        return std::find(m_asked.begin(), m_asked.end(), one) != m_asked.end();
    });
    const QString folder = m_folder.filePath(QString::number(++m_numBatches));
    m_batches.emplace_back(folder, m_asked);
    arguments << QStringLiteral("--folder") << folder << QStringLiteral("--json");
    if (first.frames > 0)
        arguments << QStringLiteral("--frames") << QString::number(first.frames)
                  << QStringLiteral("--frame-rule") << first.frameRule;
    m_question.ask(m_engine(), arguments);
}

void EnginePictures::take(const QByteArray& output)
{
    auto answers = readAnswers(output, m_asked.size());
    if (!answers) {
        fail(tr("msrl-engine answered in words that this studio does not know: install the same version."));
        return;
    }
    const std::vector<PictureQuestion> asked = std::exchange(m_asked, {});
    for (std::size_t i = 0; i < asked.size(); ++i)
        m_known[asked[i]].answer = std::move((*answers)[i]);
    forgetOldest();
    askNext();
    Q_EMIT changed();
}

void EnginePictures::fail(const QString& sentence)
{
    for (const PictureQuestion& question : std::exchange(m_asked, {}))
        m_known[question].answer = { false, {}, sentence };
    forgetOldest();
    askNext();
    Q_EMIT changed();
}

void EnginePictures::forgetOldest()
{
    while (m_batches.size() > kMostBatches) {
        QDir(m_batches.front().first).removeRecursively();
        const std::vector<PictureQuestion> gone = std::move(m_batches.front().second);
        m_batches.pop_front();
        for (const PictureQuestion& question : gone) {
            const bool isNewer = std::any_of(m_batches.begin(), m_batches.end(), [&](const auto& batch) {
                return std::find(batch.second.begin(), batch.second.end(), question) != batch.second.end();
            });
            if (!isNewer)
                m_known.erase(question);
        }
    }
}

} // namespace msrl::services
