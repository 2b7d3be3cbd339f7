// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/disk_watch.h"

#include "core/base/json.h"
#include "core/store/run_folder.h"

#include <QDateTime>
#include <QDir>

#include <filesystem>
#include <system_error>

namespace msrl::services {

namespace {

constexpr std::uint64_t kMostPlanBytes = 64 << 20;

// Where the run keeps its results, as it was asked to.
QString artefactsOf(const store::RunFolder& folder)
{
    const QString own = QString::fromStdString(folder.artefacts().string());
    const auto plan = base::readJsonFile(folder.planFile(), { .maxBytes = kMostPlanBytes });
    if (!plan || !plan->is_object())
        return own;
    const base::Json options = plan->value("options", base::Json::object());
    if (!options.is_object() || !options.contains("artefacts") || !options.at("artefacts").is_string())
        return own;
    return QString::fromStdString(options.at("artefacts").get<std::string>());
}

// Checkpoints lie in ADDRESS.work/step-N until their stage has ended; all files of one are in its folder.
qint64 newestCheckpoint(const QString& artefacts)
{
    QFileInfo newest;
    const QFileInfoList work
        = QDir(artefacts).entryInfoList({ QStringLiteral("*.work") }, QDir::Dirs | QDir::NoSymLinks);
    for (const QFileInfo& stage : work) {
        const QFileInfoList states
            = QDir(stage.filePath())
                  .entryInfoList({ QStringLiteral("step-*") }, QDir::Dirs | QDir::NoSymLinks, QDir::Name);
        if (states.isEmpty())
            continue;
        if (newest.filePath().isEmpty() || states.last().lastModified() > newest.lastModified())
            newest = states.last();
    }
    if (newest.filePath().isEmpty())
        return 0;
    qint64 bytes = 0;
    for (const QFileInfo& file : QDir(newest.filePath()).entryInfoList(QDir::Files | QDir::NoSymLinks))
        bytes += file.size();
    return bytes;
}

} // namespace

qint64 freeBytesOf(const QString& folder)
{
    std::error_code fault;
    const std::filesystem::space_info disk = std::filesystem::space(folder.toStdString(), fault);
    return fault ? -1 : static_cast<qint64>(disk.available);
}

DiskRoom diskRoomOf(const QString& runFolder)
{
    DiskRoom room { runFolder, freeBytesOf(runFolder), 0 };
    const QString artefacts = artefactsOf(store::RunFolder(runFolder.toStdString()));
    const qint64 there = freeBytesOf(artefacts);
    if (there >= 0 && (room.freeBytes < 0 || there < room.freeBytes)) {
        room.folder = artefacts;
        room.freeBytes = there;
    }
    room.checkpointBytes = newestCheckpoint(artefacts);
    return room;
}

DiskWatch::DiskWatch(QObject* parent, int lookMs)
    : QObject(parent)
{
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &DiskWatch::look);
}

void DiskWatch::follow(const QString& runFolder)
{
    if (runFolder == m_folder)
        return;
    m_folder = runFolder;
    if (runFolder.isEmpty())
        m_timer.stop();
    else
        m_timer.start();
    look();
}

void DiskWatch::look()
{
    const DiskRoom room = m_folder.isEmpty() ? DiskRoom() : diskRoomOf(m_folder);
    if (room == m_room)
        return;
    m_room = room;
    Q_EMIT changed(room);
}

} // namespace msrl::services
