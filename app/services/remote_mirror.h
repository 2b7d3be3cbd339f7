// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the replica of a run, or of a group and all of its runs, on another machine: rows, logs and states by
// one `msrl-engine mirror` over ssh, and the control socket of the run that works forwarded, so that a
// RunSession or a GroupSession on the replica sees and commands it as a local one.
#pragma once

#include "app/services/remote_target.h"

#include <QObject>
#include <QString>

#include <memory>

namespace msrl::services {

// GUI thread. Connects again by itself, later each time, until it is destroyed; the engine does not notice.
// Where another studio keeps the same replica this one waits, and takes over when that one ends.
class RemoteMirror : public QObject
{
    Q_OBJECT

public:
    // `replica` is the folder of the run or the group here. REQUIRES: that of a group has its group.json.
    RemoteMirror(RemoteRun run, QString replica, QObject* parent = nullptr);
    ~RemoteMirror() override;

    void start();
    bool isInContact() const; // the other machine answers
    // For tests and impatient people: connects now, whatever the wait.
    void retryNow();

public Q_SLOTS:
    // Signals the process group of the engine that works in this folder: the replica, or one within it.
    void sendSignal(const QString& runFolder, int signal);

Q_SIGNALS:
    void contactChanged(bool inContact);
    // One sentence; told once per different text.
    void problem(const QString& sentence);
    void runEnded(); // or the group, and all that was written is here

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
