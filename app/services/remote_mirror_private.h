// SPDX-License-Identifier: GPL-3.0-or-later
// What the mirror's two source files share. Used by this folder only.
#pragma once

#include "app/services/remote_mirror.h"
#include "core/base/file_lock.h"
#include "core/base/json.h"
#include "core/store/run_folder.h"
#include "core/store/run_mirror.h"

#include <QByteArray>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <optional>
#include <utility>

namespace msrl::services {

inline constexpr int kFirstMirrorWaitMs = 1000; // before it is tried again

class RemoteMirror::Private
{
public:
    Private(RemoteMirror& owner, RemoteRun wanted, QString folder, const QString& socketFolder)
        : q(owner)
        , run(std::move(wanted))
        , replica(std::move(folder))
        , sockets(socketFolder)
    {
    }

    void connectNow();
    bool mayWrite();
    void ended(int code);
    // remote_mirror_news.cpp: what the other machine tells
    void take();
    base::Status takeLine(const QByteArray& line);
    base::Status takeInfo(const base::Json& news);
    base::Status takeLog(const base::Json& news) const;
    base::Status takeFile(const base::Json& news) const;
    // remote_mirror.cpp
    void forward(const QString& remoteSocket);
    void setContact(bool now);
    void report(const QString& sentence);
    QString localSocket() const { return sockets.filePath(QStringLiteral("s")); }

    RemoteMirror& q;
    RemoteRun run;
    QString replica;
    QTemporaryDir sockets;
    std::optional<base::FileLock> lock; // of several studios one writes the replica, all read it
    std::optional<store::MirrorReplica> rows;
    QProcess mirror;
    QProcess tunnel;
    QString tunnelTo; // socket there
    QByteArray errors; // of the mirror
    QTimer again;
    int waitMs = kFirstMirrorWaitMs;
    bool inContact = false;
    bool over = false; // the run has ended and all of it is here
    store::RunInfo info;
    RemoteSign lastSign;
    QString lastProblem;
};

} // namespace msrl::services
