// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/journal.h"

#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/process.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace msrl::services {

namespace {

constexpr int kJournalVersion = 1;
constexpr int kDelayMs = 1000;
constexpr std::uint64_t kMaxJournalBytes = 64 << 20;
const QString kSuffix = QStringLiteral(".journal");

struct Stored
{
    JournalEntry entry;
    base::ProcessIdentity writer;
};

base::Result<Stored> read(const QString& file)
{
    const auto json = base::readJsonFile(file.toStdString(), { .maxBytes = kMaxJournalBytes });
    if (!json)
        return json.error();
    base::ObjectReader in(*json, file.toStdString());
    Stored stored;
    in.integer("version");
    stored.entry.journalFile = file;
    stored.entry.projectPath = QString::fromStdString(in.text("project"));
    stored.entry.time = QDateTime::fromMSecsSinceEpoch(in.integer("time_ms"));
    stored.entry.content = QByteArray::fromStdString(in.text("content"));
    stored.writer.pid = stored.entry.pid = in.integer("pid");
    stored.writer.startTicks = static_cast<std::uint64_t>(in.integer("start_ticks"));
    stored.writer.bootId = in.text("boot_id");
    if (base::Status whole = in.finish(base::ObjectReader::Unknown::Keep); !whole)
        return whole.error();
    return stored;
}

} // namespace

Journal::Journal(QString folder, QObject* parent)
    : QObject(parent)
    , m_folder(std::move(folder))
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kDelayMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (const base::Status written = flush(); !written)
            Q_EMIT failed(QString::fromStdString(written.error().message()));
    });
    setProject({});
}

Journal::~Journal()
{
    const base::Status ignored = flush();
    static_cast<void>(ignored); // nobody is left to tell
}

void Journal::setDelayMs(int ms)
{
    m_timer.setInterval(ms);
}

void Journal::setProject(const QString& projectPath)
{
    const base::Status ignored = flush(); // what waits belongs to the project before
    static_cast<void>(ignored);
    m_project = projectPath;
    // A file of its own per session, so that one studio never writes over what another one left behind.
    const QString name = projectPath.isEmpty()
        ? QStringLiteral("unsaved")
        : QString::fromLatin1(
            QCryptographicHash::hash(projectPath.toUtf8(), QCryptographicHash::Sha256).toHex().left(16));
    m_file = QDir(m_folder).filePath(
        name + QLatin1Char('-') + QUuid::createUuid().toString(QUuid::Id128).left(8) + kSuffix);
}

void Journal::record(const QByteArray& content)
{
    m_waiting = content;
    m_timer.start();
}

base::Status Journal::flush()
{
    m_timer.stop();
    if (!m_waiting)
        return {};
    const QByteArray content = *std::exchange(m_waiting, std::nullopt);
    const base::ProcessIdentity self = base::currentProcess();
    base::Json json = base::Json::object();
    json["version"] = kJournalVersion;
    json["project"] = m_project.toStdString();
    json["time_ms"] = base::nowMs();
    json["pid"] = self.pid;
    json["start_ticks"] = self.startTicks;
    json["boot_id"] = self.bootId;
    json["content"] = content.toStdString();
    QDir().mkpath(m_folder);
    return base::writeFileAtomically(
        m_file.toStdString(), json.dump(1, ' ', false, base::Json::error_handler_t::replace) + "\n");
}

base::Status Journal::clear()
{
    m_timer.stop();
    m_waiting.reset();
    if (QFileInfo::exists(m_file) && !QFile::remove(m_file))
        return base::failed("cannot remove the journal", m_file.toStdString());
    return {};
}

std::vector<JournalEntry> Journal::leftovers() const
{
    std::vector<JournalEntry> found;
    const QDir folder(m_folder);
    for (const QString& name : folder.entryList({ QLatin1Char('*') + kSuffix }, QDir::Files)) {
        // A damaged journal stays where it is; there is nothing to offer from it.
        auto stored = read(folder.filePath(name));
        if (stored && !base::isAlive(stored->writer))
            found.push_back(std::move(stored->entry));
    }
    std::stable_sort(found.begin(), found.end(),
        [](const JournalEntry& a, const JournalEntry& b) { return a.time > b.time; });
    return found;
}

base::Status Journal::discard(const JournalEntry& entry)
{
    if (QFileInfo::exists(entry.journalFile) && !QFile::remove(entry.journalFile))
        return base::failed("cannot remove the journal", entry.journalFile.toStdString());
    return {};
}

} // namespace msrl::services
