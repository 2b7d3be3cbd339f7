// SPDX-License-Identifier: GPL-3.0-or-later
// Starts a run on another machine: looks at what is there, copies the project's folder, starts the engine.
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
    QString name; // of the run
    QStringList options; // of msrl-engine run
    QString replica; // folder here, made when the run has begun
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
    // Goes on with a run that was stopped, killed or has failed.
    void resume(const RemoteRun& run, const QString& replica);

Q_SIGNALS:
    void progressed(const QString& sentence); // what is done now
    // The replica knows its run: follow it with a RemoteMirror.
    void started(const QString& replica);
    void failed(const QString& sentence);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
