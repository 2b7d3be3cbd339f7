// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/run_session.h"

#include "app/services/control_link.h"
#include "core/base/clock.h"

#include <QPointer>
#include <QTimer>

#include <sys/types.h>
#include <unistd.h>

#include <csignal>
#include <functional>

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
    store::RunState state;
    std::vector<store::StageRow> stages;
    protocol::Progress progress;
    store::RunReader reader;
    store::RunCursor cursor;
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

RunSession::RunSession(const QString& runFolder, QObject* parent, RunSessionOptions options)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, runFolder, options))
{
    connect(&d->pollTimer, &QTimer::timeout, this, [this] { d->poll(); });
    connect(&d->processTimer, &QTimer::timeout, this, [this] {
        d->lookAtProcess();
        d->keepConnected();
    });
}

RunSession::~RunSession()
{
    // Now, while what their callbacks use is still there; this includes links that wait for their deletion.
    for (ControlLink* link : findChildren<ControlLink*>()) {
        link->disconnect(this);
        delete link;
    }
}

const store::RunFolder& RunSession::folder() const
{
    return d->folder;
}

QString RunSession::path() const
{
    return QString::fromStdString(d->folder.root().string());
}

const store::RunInfo& RunSession::info() const
{
    return d->info;
}

const store::RunState& RunSession::state() const
{
    return d->state;
}

const std::vector<store::StageRow>& RunSession::stages() const
{
    return d->stages;
}

const protocol::Progress& RunSession::progress() const
{
    return d->progress;
}

bool RunSession::isConnected() const
{
    return d->link && d->link->isReady();
}

store::RunReader& RunSession::reader()
{
    return d->reader;
}

bool RunSession::canStop() const
{
    return d->hasInfo && !store::isOver(d->state.kind);
}

StopStep RunSession::nextStopStep() const
{
    if (!d->lastStopStep)
        return isConnected() ? StopStep::StopWithCheckpoint : StopStep::Terminate;
    return *d->lastStopStep == StopStep::StopWithCheckpoint ? StopStep::Terminate : StopStep::Kill;
}

void RunSession::start()
{
    d->pollTimer.start(d->options.pollMs);
    d->processTimer.start(d->options.processMs);
    refresh();
}

void RunSession::refresh()
{
    d->lookAtProcess();
    d->keepConnected();
    d->poll();
}

void RunSession::pause()
{
    d->command(QStringLiteral("pause"), protocol::Pause {});
}

void RunSession::resume()
{
    d->command(QStringLiteral("resume"), protocol::Resume {});
}

void RunSession::checkpoint()
{
    d->command(QStringLiteral("checkpoint"), protocol::Checkpoint {});
}

void RunSession::setParameter(const QString& name, const base::Json& value)
{
    d->command(QStringLiteral("set"), protocol::Set { name.toStdString(), value });
}

void RunSession::tellAuditReady(const QString& stage)
{
    d->command(QStringLiteral("audit-ready"), protocol::AuditReady { stage.toStdString() });
}

void RunSession::stop()
{
    if (canStop())
        takeStopStep(nextStopStep());
}

void RunSession::takeStopStep(StopStep step)
{
    if (!canStop())
        return;
    switch (step) {
    case StopStep::StopWithCheckpoint:
        d->command(QStringLiteral("stop"), protocol::Stop { protocol::StopMode::Checkpoint },
            [this, step](bool accepted) {
                d->lastStopStep = step;
                Q_EMIT stopStepTaken(step,
                    accepted ? tr("The engine was asked to finish the step, write a checkpoint and end.")
                             : tr("The engine did not answer the request to stop."));
            });
        break;
    case StopStep::Terminate:
        d->signalEngine(step, SIGTERM, tr("SIGTERM was sent: the engine ends as soon as it can."));
        break;
    case StopStep::Kill:
        d->signalEngine(step, SIGKILL,
            tr("SIGKILL was sent: the engine ends at once; the run can go on from its last checkpoint."));
        break;
    }
}

void RunSession::Private::signalEngine(StopStep step, int signal, const QString& done)
{
    const bool sent = sendSignal(info.process, signal);
    lastStopStep = step;
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
    if (hasInfo && !store::isFinal(info.phase) && !base::isAlive(info.process))
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
    store::RunEvidence evidence = store::observe(info);
    evidence.socketPhase = socketPhase;
    const double now = base::monotonicSeconds();
    if (!evidence.processAlive || info.socket.empty())
        unheardSince = 0;
    else if (wasReady && link)
        unheardSince = link->lastHeard();
    else if (unheardSince == 0)
        unheardSince = now;
    evidence.silentSeconds = unheardSince > 0 ? now - unheardSince : 0;
    store::RunState derived = store::deriveRunState(evidence);
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

void RunSession::Private::poll()
{
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
