// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/run_queue.h"

#include "app/services/remote_target.h"
#include "app/services/run_queue_private.h"
#include "core/base/clock.h"
#include "core/base/files.h"

#include <QFileInfo>
#include <QUuid>

#include <algorithm>

namespace msrl::services {

namespace {

// "cuda" is the first one.
QString fullDevice(const QString& device)
{
    if (device.isEmpty())
        return QStringLiteral("cpu");
    return device == QLatin1String("cuda") ? QStringLiteral("cuda:0") : device;
}

} // namespace

QString deviceOf(const QueuedRun& run)
{
    const qsizetype at = run.options.lastIndexOf(QStringLiteral("--device"));
    return fullDevice(at < 0 ? QString() : run.options.value(at + 1));
}

RunQueue::RunQueue(QString folder, RunRegistry& runs, std::function<QString()> engine, QObject* parent)
    : RunQueue(std::move(folder), runs, std::move(engine), parent, Options {})
{
}

RunQueue::RunQueue(
    QString folder, RunRegistry& runs, std::function<QString()> engine, QObject* parent, Options options)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, std::move(folder), runs, std::move(engine), options))
{
    const base::Status made = base::createFolders(d->file.folder().toStdString());
    if (made)
        d->watcher.addPath(d->file.folder());
    connect(&d->watcher, &QFileSystemWatcher::directoryChanged, this, [this] { d->reload(); });
    connect(&d->timer, &QTimer::timeout, this, [this] { d->look(); });
    connect(&d->launcher, &EngineLauncher::started, this, [this](const QString& run) { d->begun(run); });
    connect(&d->launcher, &EngineLauncher::failed, this,
        [this](const QString& sentence) { d->refused(sentence); });
    connect(&runs, &RunRegistry::runsChanged, this, &RunQueue::changed);
    d->timer.start(options.lookMs);
    d->reload();
}

RunQueue::~RunQueue() = default;

const std::vector<QueuedRun>& RunQueue::runs() const
{
    return d->runs;
}

QStringList RunQueue::takenFolders() const
{
    QStringList folders;
    for (const QueuedRun& run : d->runs) {
        const QString folder = run.runFolder.isEmpty() ? run.wantedFolder : run.runFolder;
        if (!folder.isEmpty())
            folders << folder;
    }
    return folders;
}

void RunQueue::Private::reload()
{
    auto read = file.load();
    if (!read) {
        Q_EMIT q.failed(QString::fromStdString(read.error().message()));
        return;
    }
    if (*read == runs)
        return;
    runs = *std::move(read);
    Q_EMIT q.changed();
}

void RunQueue::Private::change(const std::function<void(std::vector<QueuedRun>&)>& how)
{
    auto newest = file.change(how);
    if (!newest) {
        Q_EMIT q.failed(QString::fromStdString(newest.error().message()));
        return;
    }
    runs = *std::move(newest);
    Q_EMIT q.changed();
}

base::Status RunQueue::add(
    const QString& title, const QString& project, const QStringList& options, const QString& wantedFolder)
{
    QueuedRun run;
    run.id = QUuid::createUuid().toString(QUuid::Id128).left(16);
    run.title = title;
    run.project = project;
    run.options = options;
    run.wantedFolder = wantedFolder;
    run.addedMs = base::nowMs();
    if (base::Status kept = d->file.keepCopy(run); !kept)
        return kept;
    d->change([&run](std::vector<QueuedRun>& runs) { runs.push_back(run); });
    d->look();
    return {};
}

void RunQueue::move(const QString& id, int by)
{
    d->change([&](std::vector<QueuedRun>& runs) {
        const auto found
            = std::find_if(runs.begin(), runs.end(), [&](const QueuedRun& run) { return run.id == id; });
        if (found == runs.end())
            return;
        const auto from = found - runs.begin();
        const auto to
            = std::clamp<std::ptrdiff_t>(from + by, 0, static_cast<std::ptrdiff_t>(runs.size()) - 1);
        if (to < from)
            std::rotate(runs.begin() + to, runs.begin() + from, runs.begin() + from + 1);
        else
            std::rotate(runs.begin() + from, runs.begin() + from + 1, runs.begin() + to + 1);
    });
}

void RunQueue::remove(const QString& id)
{
    d->change([&](std::vector<QueuedRun>& runs) {
        std::erase_if(runs, [&](const QueuedRun& run) {
            const bool goes = run.id == id && run.runFolder.isEmpty();
            if (goes)
                d->file.dropCopy(run);
            return goes;
        });
    });
}

void RunQueue::tryAgain(const QString& id)
{
    d->change([&](std::vector<QueuedRun>& runs) {
        for (QueuedRun& run : runs)
            if (run.id == id)
                run.problem.clear();
    });
    d->look();
}

const KnownRun* RunQueue::Private::inTheWay(const QueuedRun& run) const
{
    const auto found
        = std::find_if(registry.runs().begin(), registry.runs().end(), [&](const KnownRun& known) {
              return !store::isOver(known.state.kind) && !isReplica(known.path)
                  && fullDevice(QString::fromStdString(known.info.device)) == deviceOf(run);
          });
    return found == registry.runs().end() ? nullptr : &*found;
}

QString RunQueue::stateOf(const QueuedRun& run) const
{
    if (!run.problem.isEmpty())
        return tr("Could not be started: %1").arg(run.problem);
    if (!run.runFolder.isEmpty())
        return tr("Being started");
    if (const KnownRun* known = d->inTheWay(run))
        return tr("Waits for %1, which %2 uses (%3)")
            .arg(deviceOf(run), QFileInfo(known->path).fileName(),
                QString::fromLatin1(store::runStateTitle(known->state.kind)).toLower());
    for (const QueuedRun& other : d->runs) {
        if (other.id == run.id)
            break;
        if (other.problem.isEmpty() && deviceOf(other) == deviceOf(run))
            return tr("Waits for its turn on %1").arg(deviceOf(run));
    }
    return d->lock ? tr("Starts next") : tr("Another studio starts it");
}

} // namespace msrl::services
