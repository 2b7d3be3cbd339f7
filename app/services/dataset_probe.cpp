// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/dataset_probe.h"

#include "app/services/dataset_by_engine.h"
#include "core/curriculum/dataset_samples.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace msrl::services {

namespace {

constexpr std::size_t kShownRows = 20; // as many as `msrl-engine preview --samples` prints
constexpr qint64 kLargestFile = qint64 { 256 } << 20; // a larger one is the engine's to read
constexpr std::string_view kSpecialBegin = "<|";
constexpr std::string_view kSpecialEnd = "|>";

std::string keyOf(const DatasetQuestion& question)
{
    return question.folder + '\n' + question.prompts + '\n' + text::promptModeName(question.mode) + '\n'
        + question.params.dump() + '\n' + question.engine;
}

QFileInfo fileOf(const DatasetQuestion& question)
{
    const std::string path = question.params.value("path", std::string());
    return QFileInfo(QDir(QString::fromStdString(question.folder)), QString::fromStdString(path));
}

qint64 stampOf(const DatasetQuestion& question)
{
    const QFileInfo prompts(
        QDir(QString::fromStdString(question.folder)), QString::fromStdString(question.prompts));
    const qint64 data = fileOf(question).lastModified().toMSecsSinceEpoch();
    return prompts.isDir() ? std::max(data, prompts.lastModified().toMSecsSinceEpoch()) : data;
}

// Template words, with the marks of turns apart.
void addTemplate(std::vector<PromptPiece>& pieces, std::string_view words)
{
    while (!words.empty()) {
        const std::size_t begin = words.find(kSpecialBegin);
        const std::size_t end
            = begin == std::string_view::npos ? begin : words.find(kSpecialEnd, begin + kSpecialBegin.size());
        if (end == std::string_view::npos) {
            pieces.push_back({ PromptPiece::Role::Template, std::string(words) });
            return;
        }
        if (begin > 0)
            pieces.push_back({ PromptPiece::Role::Template, std::string(words.substr(0, begin)) });
        const std::size_t behind = end + kSpecialEnd.size();
        pieces.push_back({ PromptPiece::Role::Special, std::string(words.substr(begin, behind - begin)) });
        words.remove_prefix(behind);
    }
}

DatasetRow rowOf(const data::Sample& sample, const text::PromptSet& prompts, text::PromptMode mode)
{
    DatasetRow row;
    row.id = sample.id;
    row.task = data::taskTypeName(sample.task);
    row.gold = sample.gold ? data::sideName(*sample.gold) : "";
    row.source = sample.source;
    row.query = sample.query;
    const auto prompt = prompts.render(sample, mode, oneMarkPerFrame);
    if (prompt)
        row.prompt = promptPieces(*prompt, sample.completion);
    else
        row.refused = prompt.error().message();
    return row;
}

bool isParquet(const QFileInfo& file)
{
    QFile opened(file.filePath());
    return opened.open(QIODevice::ReadOnly) && opened.read(4) == "PAR1";
}

base::Result<DatasetRows> rowsOf(const DatasetQuestion& question, const EngineReading& reading)
{
    const QFileInfo file = fileOf(question);
    if (file.size() > kLargestFile || isParquet(file)) {
        if (question.engine.empty())
            return base::failed(DatasetProbe::tr("msrl-engine, which reads it, was not found").toStdString(),
                file.filePath().toStdString(),
                DatasetProbe::tr("the settings say where it is looked for").toStdString());
        return datasetByEngine(QString::fromStdString(question.engine), question.params, question.folder,
            reading.pictures, reading.stopped);
    }
    auto samples = curriculum::loadDataset(question.params, question.folder);
    if (!samples)
        return samples.error();
    DatasetRows rows { data::inspect(*samples), {} };
    samples->resize(std::min(kShownRows, samples->size()));
    rows.first = *std::move(samples);
    return rows;
}

} // namespace

base::Result<std::vector<int>> oneMarkPerFrame(const data::Media& media)
{
    return std::vector<int>(static_cast<std::size_t>(std::max<std::int64_t>(1, media.frames)), 1);
}

std::vector<PromptPiece> promptPieces(const text::RenderedPrompt& prompt, const std::string& target)
{
    std::vector<PromptPiece> pieces;
    const std::string_view all = prompt.text;
    std::size_t done = 0;
    for (const text::ByteRange& literal : prompt.literal) {
        addTemplate(pieces, all.substr(done, literal.begin - done));
        pieces.push_back(
            { PromptPiece::Role::Data, std::string(all.substr(literal.begin, literal.end - literal.begin)) });
        done = literal.end;
    }
    addTemplate(pieces, all.substr(done));
    if (!target.empty())
        pieces.push_back({ PromptPiece::Role::Target, target });
    return pieces;
}

DatasetFacts readDataset(const DatasetQuestion& question, const EngineReading& reading)
{
    DatasetFacts facts;
    auto rows = rowsOf(question, reading);
    if (!rows) {
        facts.problem = rows.error().message();
        return facts;
    }
    facts.counts = std::move(rows->counts);
    const auto prompts = text::PromptSet::named(question.prompts, question.folder);
    if (!prompts) {
        facts.problem = prompts.error().message();
        return facts;
    }
    for (const data::Sample& sample : rows->first)
        facts.first.push_back(rowOf(sample, *prompts, question.mode));
    facts.samples = std::move(rows->first);
    return facts;
}

DatasetProbe::DatasetProbe(QObject* parent)
    : QObject(parent)
{
    m_readers.setMaxThreadCount(1);
}

DatasetProbe::~DatasetProbe()
{
    m_stopped = true;
    m_readers.clear();
    m_readers.waitForDone();
}

const DatasetFacts* DatasetProbe::look(const DatasetQuestion& question)
{
    const std::string key = keyOf(question);
    const qint64 stamp = stampOf(question);
    Known& known = m_known[key];
    if (known.reading)
        return nullptr;
    if (known.stamp == stamp)
        return &known.facts;
    known.reading = true;
    known.stamp = stamp;
    m_readers.start([this, key, question] {
        DatasetFacts facts = readDataset(question, { m_pictures.path(), m_stopped });
        QMetaObject::invokeMethod(
            this,
            [this, key, facts = std::move(facts)] {
                m_known[key].facts = facts;
                m_known[key].reading = false;
                Q_EMIT changed();
            },
            Qt::QueuedConnection);
    });
    return nullptr;
}

} // namespace msrl::services
