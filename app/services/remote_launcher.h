// SPDX-License-Identifier: GPL-3.0-or-later
// Starts a run, or a group of runs, on another machine: looks at what is there, copies the project's folder,
// starts the engine.
#pragma once

#include "app/services/remote_target.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

namespace msrl::services {

struct RemoteLaunch
{
    RemoteTarget target;
    QString project; // *.msrl; all of its folder goes along, without hidden files, runs and artefacts
    QString name; // of the run or the group
    QStringList options; // of msrl-engine run, or sweep
    QString replica; // folder here, made when the engine has begun
    bool sweep = false; // a run group
};

// GUI thread. One launch at a time; each step is a command of its own over ssh.
class RemoteLauncher : public QObject
{
    Q_OBJECT

public:
    explicit RemoteLauncher(QObject* parent = nullptr);
    ~RemoteLauncher() override; // a run that has begun goes on

    bool isLaunching() const;
    void launch(const RemoteLaunch& launch);
    // Goes on with a run or a group that was stopped, killed or has failed. `options`: of msrl-engine resume,
    // or sweep.
    void resume(const RemoteRun& run, const QString& replica, const QStringList& options = {});

Q_SIGNALS:
    void progressed(const QString& sentence); // what is done now
    // The replica knows its run: follow it with a RemoteMirror. That of a group has its group.json already.
    void started(const QString& replica);
    void groupStarted(const QString& replica);
    void failed(const QString& sentence);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
