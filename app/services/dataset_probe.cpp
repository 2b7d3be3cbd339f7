// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/dataset_probe.h"

#include "core/curriculum/dataset_samples.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace msrl::services {

namespace {

constexpr std::size_t kShownRows = 20;
constexpr qint64 kLargestFile = qint64 { 256 } << 20;
constexpr std::string_view kSpecialBegin = "<|";
constexpr std::string_view kSpecialEnd = "|>";

std::string keyOf(const DatasetQuestion& question)
{
    return question.folder + '\n' + question.prompts + '\n' + text::promptModeName(question.mode) + '\n'
        + question.params.dump();
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

DatasetFacts readDataset(const DatasetQuestion& question)
{
    DatasetFacts facts;
    const QFileInfo file = fileOf(question);
    if (file.size() > kLargestFile) {
        facts.problem
            = DatasetProbe::tr("The file is too large to be looked at here; msrl-engine data inspect does.")
                  .toStdString();
        return facts;
    }
    const auto samples = curriculum::loadDataset(question.params, question.folder);
    if (!samples) {
        facts.problem = samples.error().message();
        return facts;
    }
    facts.counts = data::inspect(*samples);
    const auto prompts = text::PromptSet::named(question.prompts, question.folder);
    if (!prompts) {
        facts.problem = prompts.error().message();
        return facts;
    }
    for (std::size_t i = 0; i < std::min(kShownRows, samples->size()); ++i) {
        facts.first.push_back(rowOf((*samples)[i], *prompts, question.mode));
        facts.samples.push_back((*samples)[i]);
    }
    return facts;
}

DatasetProbe::DatasetProbe(QObject* parent)
    : QObject(parent)
{
    m_readers.setMaxThreadCount(1);
}

DatasetProbe::~DatasetProbe()
{
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
        DatasetFacts facts = readDataset(question);
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
