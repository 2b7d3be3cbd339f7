// SPDX-License-Identifier: GPL-3.0-or-later
// How the session looks at files, process and socket.
#include "app/services/run_session_private.h"
#include "core/base/clock.h"

#include <sys/types.h>
#include <unistd.h>

#include <csignal>

namespace msrl::services {

namespace {

// The engine leads its own process group; when it does not (started by hand from a shell), only it is meant.
bool sendSignal(const base::ProcessIdentity& process, int signal)
{
    if (!base::isAlive(process))
        return false;
    const auto pid = static_cast<pid_t>(process.pid);
    return ::getpgid(pid) == pid ? ::kill(-pid, signal) == 0 : ::kill(pid, signal) == 0;
}

} // namespace

void RunSession::Private::signalEngine(StopStep step, int signal, const QString& done)
{
    lastStopStep = step;
    if (sign) {
        Q_EMIT q.remoteSignalRequested(q.path(), signal);
        Q_EMIT q.stopStepTaken(step, done);
        return;
    }
    const bool sent = sendSignal(info.process, signal);
    Q_EMIT q.stopStepTaken(
        step, sent ? done : tr("Process %1 could not be signalled.").arg(info.process.pid));
    lookAtProcess();
}

void RunSession::Private::command(
    const QString& name, const protocol::RequestBody& body, std::function<void(bool)> then)
{
    if (!q.isConnected()) {
        Q_EMIT q.commandAnswered(
            name, false, tr("The engine is not connected, so it cannot be asked to %1.").arg(name));
        if (then)
            then(false);
        return;
    }
    // The link calls back before it is destroyed, and this object destroys its link first.
    link->ask(body, [this, name, then = std::move(then)](const base::Result<protocol::Reply>& reply) {
        const bool accepted = reply.ok() && reply->ok;
        const std::string text = !reply.ok() ? reply.error().message() : reply->error;
        Q_EMIT q.commandAnswered(name, accepted, QString::fromStdString(text));
        if (then)
            then(accepted);
    });
}

void RunSession::Private::report(const base::Error& error)
{
    const QString text = QString::fromStdString(error.message());
    if (text == lastProblem)
        return;
    lastProblem = text;
    Q_EMIT q.problem(text);
}

void RunSession::Private::readInfo()
{
    if (!folder.isRunFolder())
        return;
    auto read = folder.readInfo();
    if (!read) {
        report(read.error());
        return;
    }
    if (hasInfo && *read == info)
        return;
    const bool otherEngine = hasInfo && read->process != info.process;
    hasInfo = true;
    info = *std::move(read);
    if (otherEngine) {
        // A resume by a new process: what the old one said no longer counts.
        lastStopStep.reset();
        socketPhase.reset();
        unheardSince = 0;
        progress = {};
        if (link)
            link->deleteLater();
        link.clear();
    }
    Q_EMIT q.infoChanged(info);
}

void RunSession::Private::lookAtProcess()
{
    readInfo();
    // It may have said its last word between the look at the file and the look at the process.
    if (hasInfo && !sign && !store::isFinal(info.phase) && !base::isAlive(info.process))
        readInfo();
    updateState();
}

void RunSession::Private::keepConnected()
{
    if (hasInfo && !store::isOver(state.kind) && !info.socket.empty() && !link)
        connectToEngine();
}

void RunSession::Private::updateState()
{
    if (!hasInfo)
        return;
    sign = readRemoteSign(q.path());
    store::RunEvidence evidence = observeRun(q.path(), info);
    evidence.socketPhase = socketPhase;
    const double now = base::monotonicSeconds();
    if (sign) // observeRun() knows
        unheardSince = 0;
    else if (!evidence.processAlive || info.socket.empty())
        unheardSince = 0;
    else if (wasReady && link)
        unheardSince = link->lastHeard();
    else if (unheardSince == 0)
        unheardSince = now;
    if (!sign)
        evidence.silentSeconds = unheardSince > 0 ? now - unheardSince : 0;
    store::RunState derived = stateOfRun(q.path(), evidence);
    if (store::isOver(derived.kind))
        lastStopStep.reset();
    if (derived == state)
        return;
    state = std::move(derived);
    Q_EMIT q.stateChanged(state);
}

void RunSession::Private::connectToEngine()
{
    link = new ControlLink(QString::fromStdString(info.socket), info.runId, &q);
    QObject::connect(link, &ControlLink::ready, &q, [this] { linkReady(); });
    QObject::connect(
        link, &ControlLink::heard, &q, [this](const protocol::Message& message) { hear(message); });
    QObject::connect(link, &ControlLink::ended, &q, [this](const QString& reason) { linkEnded(reason); });
}

void RunSession::Private::linkReady()
{
    wasReady = true;
    link->ask(protocol::Subscribe {}, [this](const base::Result<protocol::Reply>& reply) {
        if (!reply || !reply->ok)
            return;
        const auto status = protocol::statusFromJson(reply->result);
        if (!status)
            return report(status.error());
        socketPhase = store::runPhaseFromName(status->state);
        updateState();
        if (!status->progress.stage.empty())
            setProgress(status->progress);
    });
    Q_EMIT q.connectedChanged(true);
}

void RunSession::Private::linkEnded(const QString& reason)
{
    const bool told = std::exchange(wasReady, false);
    if (reason.startsWith(QStringLiteral("refused by"))
        || reason.contains(QStringLiteral("do not understand")))
        report(base::failed(reason.toStdString(), info.socket));
    socketPhase.reset();
    if (link)
        link->deleteLater();
    link.clear(); // the timer connects anew: at once would spin while nobody listens
    if (told)
        Q_EMIT q.connectedChanged(false);
    lookAtProcess();
}

void RunSession::Private::hear(const protocol::Message& message)
{
    if (const auto* news = std::get_if<protocol::Progress>(&message)) {
        setProgress(*news);
    } else if (const auto* change = std::get_if<protocol::StateChanged>(&message)) {
        socketPhase = store::runPhaseFromName(change->state);
        lookAtProcess();
    } else if (std::holds_alternative<protocol::StageChanged>(message)) {
        poll();
    }
}

void RunSession::Private::setProgress(const protocol::Progress& news)
{
    if (news == progress)
        return;
    progress = news;
    Q_EMIT q.progressChanged(progress);
}

bool RunSession::Private::pollChunks()
{
    const auto batch = reader.pollChunks(cursor, options.maxPoints);
    if (!batch) {
        report(batch.error());
        return true;
    }
    cursor = batch->next;
    if (!batch->truncations.empty())
        Q_EMIT q.truncated(batch->truncations);
    if (!batch->chunks.empty())
        Q_EMIT q.chunksArrived(batch->chunks);
    hasChunks = !batch->more;
    if (batch->more)
        QTimer::singleShot(0, &q, [this] { poll(); });
    return batch->more;
}

void RunSession::Private::poll()
{
    if (!hasChunks && pollChunks())
        return;
    const auto batch = reader.poll(cursor, options.maxRows);
    if (!batch) {
        report(batch.error());
        return;
    }
    cursor = batch->next;
    if (batch->changed && emitBatch(*batch)) {
        // More than one poll may hold: go on as soon as the window has had its turn.
        QTimer::singleShot(0, &q, [this] { poll(); });
        return;
    }
    if (batch->fileExists && !std::exchange(hasCaughtUp, true))
        Q_EMIT q.caughtUp();
}

bool RunSession::Private::emitBatch(const store::RunBatch& batch)
{
    const auto grew = [](qint64& known, std::int64_t now) { return std::exchange(known, now) < now; };
    if (!batch.truncations.empty())
        Q_EMIT q.truncated(batch.truncations);
    stages = batch.stages;
    Q_EMIT q.stagesChanged(stages);
    if (!batch.metrics.empty())
        Q_EMIT q.metricsArrived(batch.metrics);
    if (!batch.events.empty())
        Q_EMIT q.eventsArrived(batch.events);
    if (grew(lastSample, batch.lastSample))
        Q_EMIT q.samplesArrived(lastSample);
    if (grew(lastCandidate, batch.lastCandidate))
        Q_EMIT q.candidatesArrived(lastCandidate);
    if (grew(lastEvaluation, batch.lastEvaluation))
        Q_EMIT q.evaluationsArrived(lastEvaluation);
    return batch.more;
}

} // namespace msrl::services
