// SPDX-License-Identifier: GPL-3.0-or-later
// Another machine that runs are started on, and how the ssh program is asked to reach it.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/store/run_state.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace msrl::services {

struct RemoteTarget
{
    QString name; // for people
    QString host; // as ssh takes it: HOST, USER@HOST, or a Host of ssh's own configuration
    QStringList sshOptions; // for example {"-p", "2222"}
    QString engine; // there; a name without a slash is looked for in PATH
    QString workFolder; // there; a leading "~/" is the home folder
    QStringList environment; // NAME=VALUE, for the engine

    bool operator==(const RemoteTarget&) const = default;
};

base::Json targetToJson(const RemoteTarget& target);
base::Result<RemoteTarget> targetFromJson(const base::Json& json, const std::string& place);
// What of it cannot be used, in one sentence; empty: nothing.
QString problemOf(const RemoteTarget& target);

inline const QString kSsh = QStringLiteral("ssh"); // the program, from PATH
// Its arguments for one command of the other machine's shell; never asks anybody for a password.
QStringList sshArguments(const RemoteTarget& target, const QString& command);
// The same for no command at all but a local socket that leads to one there.
QStringList sshForwardArguments(
    const RemoteTarget& target, const QString& localSocket, const QString& remoteSocket);
// "env NAME=VALUE … ENGINE"
QString engineCommand(const RemoteTarget& target);

// Why ssh or the command behind it failed, in one sentence with what to do.
QString sshFailure(const RemoteTarget& target, int exitCode, const QString& errorOutput);

// What the studio keeps beside a replica, so that a later start finds the run again.
struct RemoteRun
{
    RemoteTarget target;
    QString folder; // of the run or the group, there
};
// What was last known about it, in a file of its own beside run.json.
struct RemoteSign
{
    QString host;
    bool alive = false; // the engine's process, when it was last asked
    qint64 seenMs = 0; // when the machine last answered

    bool operator==(const RemoteSign&) const = default;
};
base::Status writeRemoteSign(const RemoteSign& sign, const QString& replica);
std::optional<RemoteSign> readRemoteSign(const QString& replica); // none: the run is of this machine

// What a run is doing, by run.json, and by the sign of a replica or this machine's processes.
store::RunEvidence observeRun(const QString& runFolder, const store::RunInfo& info);
store::RunState stateOfRun(const QString& runFolder, const store::RunEvidence& evidence);

base::Status writeRemoteRun(const RemoteRun& run, const QString& replica);
// The replica that a folder belongs to: of a run its own, of a group's member and process that of the group.
// Empty: what is in the folder is of this machine.
QString replicaOf(const QString& runFolder);
bool isReplica(const QString& runFolder);
// Of a replica, and of a member within one.
base::Result<RemoteRun> readRemoteRun(const QString& runFolder);

} // namespace msrl::services
