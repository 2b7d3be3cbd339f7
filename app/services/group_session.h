// SPDX-License-Identifier: GPL-3.0-or-later
// One run group as the studio follows it: what its members have reached, and the engine that works on it.
#pragma once

#include "app/services/run_session.h"
#include "core/groups/results.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <optional>
#include <vector>

namespace msrl::services {

// GUI thread. Looks at the folder every `pollMs`; a member that has finished is read once. Destroying a
// session leaves the engine alone.
class GroupSession : public QObject
{
    Q_OBJECT

public:
    explicit GroupSession(const QString& folder, QObject* parent = nullptr, int pollMs = 1000);

    QString path() const;
    const groups::RunGroup& group() const { return m_group; }
    const std::vector<groups::MemberResult>& members() const { return m_members; }
    // Of the engine that works, or worked, on the group; nothing before the first.
    const std::optional<store::RunState>& engineState() const { return m_engine; }
    bool isWorking() const; // that engine lives
    const QString& remoteHost() const { return m_remoteHost; } // empty: the group is of this machine
    int numFinished() const;
    int numFailed() const;
    int numGivenUp() const; // hopeless ones; they can be finished later
    bool onlyGivenUpAreLeft() const;
    // The member that runs now, and what it works on; null between two of them.
    const groups::MemberResult* running() const;
    const std::optional<store::StageRow>& runningStage() const { return m_stage; }
    // What stop() does next; StopWithCheckpoint until it was called.
    StopStep nextStopStep() const;

public Q_SLOTS:
    void start(); // the first look happens before it returns
    void refresh();
    // Takes the next step of the ladder: a checkpoint and the end, the end at once, SIGKILL. The group can go
    // on later after each of them.
    void stop();

Q_SIGNALS:
    void changed(); // anything that is told here
    void figuresChanged(); // before changed(): another member has finished, or the group has grown
    void problem(const QString& text); // told once per different text
    // The engine is on another machine: whoever is connected there signals it.
    void remoteSignalRequested(const QString& runFolder, int signal);

private:
    void lookAtEngine();
    void lookAtMembers();
    void tell(const base::Error& error);

    groups::GroupFolder m_folder;
    groups::RunGroup m_group;
    std::vector<groups::MemberResult> m_members;
    QString m_remoteHost;
    std::optional<store::RunInfo> m_info;
    std::optional<store::RunState> m_engine;
    std::optional<store::StageRow> m_stage;
    int m_stopsAsked = 0; // of the engine that works now
    QString m_lastProblem;
    QTimer m_timer;
};

// Folders in `parent` that are run groups, newest first; absolute.
QStringList groupsIn(const QString& parent);

} // namespace msrl::services
