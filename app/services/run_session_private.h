// SPDX-License-Identifier: GPL-3.0-or-later
// What the session's two source files share. Used by this folder only.
#pragma once

#include "app/services/control_link.h"
#include "app/services/remote_target.h"
#include "app/services/run_session.h"

#include <QPointer>
#include <QTimer>

#include <functional>
#include <optional>

namespace msrl::services {

class RunSession::Private
{
public:
    Private(RunSession& owner, const QString& runFolder, RunSessionOptions chosen)
        : q(owner)
        , options(chosen)
        , folder(runFolder.toStdString())
        , reader(folder.runDatabase())
    {
        state.detail = "waiting for the engine";
    }

    void readInfo();
    void lookAtProcess();
    void keepConnected();
    void updateState();
    void poll();
    bool pollChunks(); // true: there may be more
    bool emitBatch(const store::RunBatch& batch);
    void connectToEngine();
    void linkEnded(const QString& reason);
    void linkReady();
    void hear(const protocol::Message& message);
    void command(const QString& name, const protocol::RequestBody& body, std::function<void(bool)> then = {});
    void setProgress(const protocol::Progress& news);
    void report(const base::Error& error);
    void signalEngine(StopStep step, int signal, const QString& done);

    RunSession& q;
    RunSessionOptions options;
    store::RunFolder folder;
    store::RunInfo info;
    bool hasInfo = false;
    std::optional<RemoteSign> sign; // of a replica
    store::RunState state;
    std::vector<store::StageRow> stages;
    protocol::Progress progress;
    store::RunReader reader;
    store::RunCursor cursor;
    bool hasChunks = false; // all that there were
    bool hasCaughtUp = false;
    qint64 lastSample = 0;
    qint64 lastCandidate = 0;
    qint64 lastEvaluation = 0;
    QTimer pollTimer;
    QTimer processTimer;
    QPointer<ControlLink> link;
    bool wasReady = false;
    double unheardSince
        = 0; // since when an engine with a socket has been without a sign of life; 0: none is due
    std::optional<store::RunPhase> socketPhase;
    std::optional<StopStep> lastStopStep;
    QString lastProblem;
};

} // namespace msrl::services
