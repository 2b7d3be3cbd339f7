// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that wait until their device is free. The queue is a file of the user: it outlives the studio, and the
// studio that is started later goes on with it.
#pragma once

#include "app/services/engine_launcher.h"
#include "core/base/result.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace msrl::services {

class RunRegistry;

struct QueuedRun
{
    QString id;
    QString title;
    QString project; // the file that it was queued from; what runs is a copy made then
    QStringList options; // of msrl-engine run
    QString wantedFolder; // as it was told when it was queued; empty: a new one by its title
    qint64 addedMs = 0;
    QString runFolder; // chosen when it is started; empty: it waits
    QString problem; // why it could not be started; it is passed over until it is tried again

    bool operator==(const QueuedRun&) const = default;
};

// "cpu" or "cuda:N", as the options say.
QString deviceOf(const QueuedRun& run);

// GUI thread. One of a user's studios starts what waits, the first in the queue whose device no run of this
// machine uses; the others show the same queue.
class RunQueue : public QObject
{
    Q_OBJECT

public:
    struct Options
    {
        int lookMs = 2000; // between looks at the devices while something waits
        int launchMs = 60000; // that an engine may take to begin
    };

    // `folder` is made when needed. `engine`: the program to start, or empty.
    RunQueue(QString folder, RunRegistry& runs, std::function<QString()> engine, QObject* parent = nullptr);
    RunQueue(
        QString folder, RunRegistry& runs, std::function<QString()> engine, QObject* parent, Options options);
    ~RunQueue() override; // what waits goes on waiting

    const std::vector<QueuedRun>& runs() const;
    // One sentence about an entry: what it waits for, that it is being started, or why it could not be.
    QString stateOf(const QueuedRun& run) const;

    // What the runs in the queue will take: nothing else should.
    QStringList takenFolders() const;

    // Puts a project at the end, as it is now. `wantedFolder`: the run's own; where something stands there by
    // then, a new one beside it is taken.
    base::Status add(const QString& title, const QString& project, const QStringList& options,
        const QString& wantedFolder = {});
    void move(const QString& id, int by); // towards the front where negative
    void remove(const QString& id); // not what is being started
    void tryAgain(const QString& id);

Q_SIGNALS:
    void changed();
    // The run has begun and left the queue.
    void started(const QString& runFolder);
    void failed(const QString& sentence);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
