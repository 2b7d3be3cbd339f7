// SPDX-License-Identifier: GPL-3.0-or-later
// What the queue's two source files share. Used by this folder only.
#pragma once

#include "app/services/engine_launcher.h"
#include "app/services/queue_file.h"
#include "app/services/run_queue.h"
#include "app/services/run_registry.h"
#include "core/base/file_lock.h"

#include <QFileSystemWatcher>
#include <QTimer>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace msrl::services {

class RunQueue::Private
{
public:
    Private(
        RunQueue& owner, QString folder, RunRegistry& known, std::function<QString()> program, Options chosen)
        : q(owner)
        , file(std::move(folder))
        , registry(known)
        , engine(std::move(program))
        , options(chosen)
    {
    }

    void reload();
    // The file may have been changed by another studio since.
    void change(const std::function<void(std::vector<QueuedRun>&)>& how);
    void look();
    bool mayStart();
    void settleStarting();
    void startFirst();
    QString folderFor(const QueuedRun& run) const;
    const KnownRun* inTheWay(const QueuedRun& run) const;
    const QueuedRun* starting() const;
    void begun(QString runFolder); // by value: its entry goes away
    void refused(const QString& sentence);

    RunQueue& q;
    QueueFile file;
    RunRegistry& registry;
    std::function<QString()> engine;
    Options options;
    std::vector<QueuedRun> runs;
    EngineLauncher launcher;
    std::optional<base::FileLock> lock; // held by the studio that starts
    QFileSystemWatcher watcher;
    QTimer timer;
    qint64 unsureSince = 0; // since when a start of a studio that is gone has come to nothing
};

} // namespace msrl::services
