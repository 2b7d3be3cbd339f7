// SPDX-License-Identifier: GPL-3.0-or-later
// How the queue starts what can be started: by one studio, one after the other.
#include "app/services/run_queue_private.h"
#include "core/base/clock.h"
#include "core/store/run_folder.h"

#include <QFileInfo>

#include <algorithm>

namespace msrl::services {

const QueuedRun* RunQueue::Private::starting() const
{
    const auto found = std::find_if(
        runs.begin(), runs.end(), [](const QueuedRun& run) { return !run.runFolder.isEmpty(); });
    return found == runs.end() ? nullptr : &*found;
}

bool RunQueue::Private::mayStart()
{
    if (!lock) {
        auto taken = base::FileLock::tryLock((file.folder() + QStringLiteral("/queue.lock")).toStdString());
        if (taken && *taken) {
            lock.emplace(**std::move(taken));
            Q_EMIT q.changed();
        }
    }
    return lock.has_value();
}

// A studio that is gone had begun to start a run: either the engine began it, or nothing comes of it.
void RunQueue::Private::settleStarting()
{
    const QueuedRun* run = starting();
    if (!run || launcher.isLaunching())
        return;
    if (store::RunFolder(run->runFolder.toStdString()).isRunFolder()) {
        begun(run->runFolder);
        return;
    }
    if (unsureSince == 0)
        unsureSince = base::nowMs();
    if (base::nowMs() - unsureSince < options.launchMs)
        return;
    unsureSince = 0;
    change([id = run->id](std::vector<QueuedRun>& all) {
        for (QueuedRun& one : all)
            if (one.id == id)
                one.runFolder.clear();
    });
}

void RunQueue::Private::look()
{
    if (runs.empty() || !mayStart() || launcher.isLaunching())
        return;
    registry.scan(); // an engine that was killed changes no file
    settleStarting();
    if (!starting())
        startFirst();
}

QString RunQueue::Private::folderFor(const QueuedRun& run) const
{
    if (!run.wantedFolder.isEmpty() && !QFileInfo::exists(run.wantedFolder))
        return run.wantedFolder;
    const QString beside = run.wantedFolder.isEmpty() ? QString() : QFileInfo(run.wantedFolder).path();
    return registry.freshRunFolder(run.title, beside, q.takenFolders());
}

void RunQueue::Private::startFirst()
{
    const auto next = std::find_if(runs.begin(), runs.end(),
        [&](const QueuedRun& run) { return run.problem.isEmpty() && !inTheWay(run); });
    if (next == runs.end())
        return;
    const QString id = next->id;
    LaunchRequest request;
    request.program = engine();
    request.project = file.copyOf(*next);
    request.runFolder = folderFor(*next);
    request.options = next->options;
    request.options << QStringLiteral("--folder") << QFileInfo(next->project).absolutePath();
    // Kept before the engine is started: no studio starts it a second time.
    change([&](std::vector<QueuedRun>& all) {
        for (QueuedRun& run : all)
            if (run.id == id)
                run.runFolder = request.runFolder;
    });
    if (request.program.isEmpty())
        refused(RunQueue::tr("msrl-engine was not found; the settings say where it is looked for."));
    else
        launcher.launch(request, options.launchMs);
}

void RunQueue::Private::begun(QString runFolder)
{
    change([&](std::vector<QueuedRun>& all) {
        std::erase_if(all, [&](const QueuedRun& run) {
            if (run.runFolder == runFolder)
                file.dropCopy(run);
            return run.runFolder == runFolder;
        });
    });
    registry.scan();
    Q_EMIT q.started(runFolder);
}

void RunQueue::Private::refused(const QString& sentence)
{
    QString title;
    change([&](std::vector<QueuedRun>& all) {
        for (QueuedRun& run : all) {
            if (run.runFolder.isEmpty())
                continue;
            title = run.title;
            run.runFolder.clear();
            run.problem = sentence;
        }
    });
    Q_EMIT q.failed(RunQueue::tr("%1 could not be started from the queue: %2").arg(title, sentence));
}

} // namespace msrl::services
