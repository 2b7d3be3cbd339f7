// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/queue_file.h"

#include "core/base/file_lock.h"
#include "core/base/files.h"
#include "core/base/json.h"

#include <QDir>
#include <QFile>
#include <QThread>

#include <optional>

namespace msrl::services {

namespace {

constexpr int kQueueVersion = 1;
constexpr std::uint64_t kMaxQueueBytes = std::uint64_t { 16 } << 20;
constexpr std::size_t kMaxOptions = 256;
constexpr int kLockTries = 40; // others hold it for the time of writing a small file
constexpr int kLockWaitMs = 2;

QString text(base::ObjectReader& in, const char* key)
{
    return QString::fromStdString(in.text(key, ""));
}

base::Json toJson(const QueuedRun& run)
{
    base::Json json = { { "id", run.id.toStdString() }, { "title", run.title.toStdString() },
        { "project", run.project.toStdString() }, { "options", base::Json::array() },
        { "added_ms", run.addedMs }, { "run_folder", run.runFolder.toStdString() },
        { "wanted_folder", run.wantedFolder.toStdString() }, { "problem", run.problem.toStdString() } };
    for (const QString& option : run.options)
        json["options"].push_back(option.toStdString());
    return json;
}

base::Result<QueuedRun> fromJson(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    QueuedRun run;
    run.id = QString::fromStdString(in.text("id"));
    run.title = text(in, "title");
    run.project = QString::fromStdString(in.text("project"));
    for (const std::string& option : in.texts("options", kMaxOptions))
        run.options << QString::fromStdString(option);
    run.addedMs = in.integer("added_ms", 0);
    run.runFolder = text(in, "run_folder");
    run.wantedFolder = text(in, "wanted_folder");
    run.problem = text(in, "problem");
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return run;
}

} // namespace

QueueFile::QueueFile(QString folder)
    : m_folder(std::move(folder))
{
}

QString QueueFile::copyOf(const QueuedRun& run) const
{
    return QStringLiteral("%1/%2.msrl").arg(m_folder, run.id);
}

base::Result<std::vector<QueuedRun>> QueueFile::load() const
{
    const QString file = m_folder + QStringLiteral("/queue.json");
    if (!QFile::exists(file))
        return std::vector<QueuedRun> {};
    const std::string place = file.toStdString();
    const auto json = base::readJsonFile(place, { .maxBytes = kMaxQueueBytes });
    if (!json)
        return json.error();
    if (!json->is_object())
        return base::badInput("is no JSON object", place);
    base::ObjectReader in(*json, place);
    std::vector<QueuedRun> runs;
    for (const base::Json& one : in.array("runs")) {
        auto run = fromJson(one, place);
        if (!run)
            return run.error();
        runs.push_back(*std::move(run));
    }
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return runs;
}

base::Result<std::vector<QueuedRun>> QueueFile::change(
    const std::function<void(std::vector<QueuedRun>&)>& how) const
{
    if (base::Status made = base::createFolders(m_folder.toStdString()); !made)
        return made.error();
    const std::string place = m_folder.toStdString() + "/change.lock";
    std::optional<base::FileLock> alone;
    for (int tries = 0; tries < kLockTries && !alone; ++tries) {
        auto taken = base::FileLock::tryLock(place);
        if (!taken)
            return taken.error();
        if (*taken)
            alone.emplace(**std::move(taken));
        else
            QThread::msleep(kLockWaitMs);
    }
    if (!alone)
        return base::failed("another studio is changing the queue", place, "try again");
    auto runs = load();
    if (!runs)
        return runs.error();
    how(*runs);
    if (base::Status saved = save(*runs); !saved)
        return saved.error();
    return runs;
}

base::Status QueueFile::save(const std::vector<QueuedRun>& runs) const
{
    base::Json json = { { "version", kQueueVersion }, { "runs", base::Json::array() } };
    for (const QueuedRun& run : runs)
        json["runs"].push_back(toJson(run));
    return base::writeFileAtomically(m_folder.toStdString() + "/queue.json", json.dump(1) + "\n");
}

base::Status QueueFile::keepCopy(const QueuedRun& run) const
{
    const auto content = base::readFile(run.project.toStdString());
    if (!content)
        return content.error();
    if (base::Status made = base::createFolders(m_folder.toStdString()); !made)
        return made;
    return base::writeFileAtomically(copyOf(run).toStdString(), *content);
}

void QueueFile::dropCopy(const QueuedRun& run) const
{
    QFile::remove(copyOf(run));
}

} // namespace msrl::services
