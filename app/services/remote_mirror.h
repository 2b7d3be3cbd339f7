// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the replica of a run on another machine: rows, log and state by `msrl-engine mirror` over ssh, and
// the control socket forwarded, so that a RunSession on the replica sees and commands the run as a local one.
#pragma once

#include "app/services/remote_target.h"

#include <QObject>
#include <QString>

#include <memory>

namespace msrl::services {

// GUI thread. Connects again by itself, later each time, until it is destroyed; the run does not notice.
// Where another studio keeps the same replica this one waits, and takes over when that one ends.
class RemoteMirror : public QObject
{
    Q_OBJECT

public:
    // `replica` is the run's folder here.
    RemoteMirror(RemoteRun run, QString replica, QObject* parent = nullptr);
    ~RemoteMirror() override;

    void start();
    bool isInContact() const; // the other machine answers
    // For tests and impatient people: connects now, whatever the wait.
    void retryNow();

public Q_SLOTS:
    // Signals the engine's process group.
    void sendSignal(int signal);

Q_SIGNALS:
    void contactChanged(bool inContact);
    // One sentence; told once per different text.
    void problem(const QString& sentence);
    void runEnded(); // and all that it wrote is here

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
