// SPDX-License-Identifier: GPL-3.0-or-later
// One run as the studio follows it: attached to its folder, whether the engine lives or not.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/protocol/messages.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"
#include "core/store/run_state.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace msrl::services {

// The ways to end a run, mildest first. Each can be tried when the one before did not help.
enum class StopStep {
    StopWithCheckpoint, // over the socket: finish the step, write a checkpoint, end
    Terminate, // SIGTERM to the engine's process group
    Kill, // SIGKILL; the run can be resumed from its last checkpoint
};

struct RunSessionOptions
{
    int pollMs = 150; // between looks at run.db
    int processMs = 500; // between looks at run.json and the process
    int maxRows = 5000; // of one kind per poll, so that no poll holds up the window
    int maxPoints = 200000; // of a long run's past per poll
};

// Lives in the GUI thread and never blocks it for long: reads run.db in small polls, talks to the engine's
// socket asynchronously, looks at the process. Follows the run through an engine's death and a later resume
// by another process. Destroying a session leaves the run alone.
class RunSession : public QObject
{
    Q_OBJECT

public:
    explicit RunSession(const QString& runFolder, QObject* parent = nullptr, RunSessionOptions options = {});
    ~RunSession() override;

    const store::RunFolder& folder() const;
    QString path() const;
    // As last read; default values before run.json exists.
    const store::RunInfo& info() const;
    const store::RunState& state() const;
    const std::vector<store::StageRow>& stages() const;
    // The last progress that the engine told; stage empty when there is none.
    const protocol::Progress& progress() const;
    QString remoteHost() const; // where it runs; empty: on this machine
    bool isConnected() const; // the handshake with the engine is done
    bool hasCaughtUp() const; // caughtUp() was emitted
    // For pages that look things up (samples of a step, candidates): same thread, own statements.
    store::RunReader& reader();

    // What the stop ladder offers now; nothing to do when the engine has ended.
    bool canStop() const;
    StopStep nextStopStep() const;

public Q_SLOTS:
    void start(); // begins to follow; signals come from here on, the first of them before it returns
    void pause();
    void resume();
    void checkpoint();
    void setParameter(const QString& name, const msrl::base::Json& value);
    void tellAuditReady(const QString& stage);
    // Takes the next step of the ladder.
    void stop();
    void takeStopStep(msrl::services::StopStep step);
    // Looks at once instead of at the next tick.
    void refresh();

Q_SIGNALS:
    void infoChanged(const msrl::store::RunInfo& info);
    void stateChanged(const msrl::store::RunState& state);
    // Arrives before the rows of the same poll: drop what you hold of that stage with a higher step.
    void truncated(const std::vector<msrl::store::TruncationRow>& rows);
    void stagesChanged(const std::vector<msrl::store::StageRow>& stages);
    // A long run's past, before its first rows.
    void chunksArrived(const std::vector<msrl::store::MetricChunk>& chunks);
    void metricsArrived(const std::vector<msrl::store::MetricRow>& rows);
    void eventsArrived(const std::vector<msrl::store::EventRow>& rows);
    // The newest rowid grew: look with reader().
    void samplesArrived(qint64 lastRowid);
    void candidatesArrived(qint64 lastRowid);
    void evaluationsArrived(qint64 lastRowid);
    // All rows that the file held at the time of start() have been emitted.
    void caughtUp();
    void progressChanged(const msrl::protocol::Progress& progress);
    void connectedChanged(bool connected);
    // The engine's answer to a command ("pause", "set", …), or why there is none.
    void commandAnswered(const QString& command, bool accepted, const QString& text);
    // The engine is on another machine: whoever is connected there signals it.
    void remoteSignalRequested(const QString& runFolder, int signal);
    void stopStepTaken(msrl::services::StopStep step, const QString& text);
    // run.db or run.json cannot be read; told once per different text.
    void problem(const QString& text);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace msrl::services
