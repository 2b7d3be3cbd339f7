// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/services/run_session.h"

#include "app/services/run_session_private.h"

#include <csignal>

namespace msrl::services {

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

QString RunSession::remoteHost() const
{
    return d->sign ? d->sign->host : QString();
}

bool RunSession::isConnected() const
{
    return d->link && d->link->isReady();
}

bool RunSession::hasCaughtUp() const
{
    return d->hasCaughtUp;
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

} // namespace msrl::services
