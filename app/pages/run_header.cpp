// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_header.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "app/pages/state_look.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QPushButton>

namespace msrl::pages {

using services::StopStep;
using store::RunStateKind;

namespace {

QString stopText(StopStep step)
{
    switch (step) {
    case StopStep::StopWithCheckpoint:
        return QObject::tr("Stop");
    case StopStep::Terminate:
        return QObject::tr("Terminate");
    case StopStep::Kill:
        return QObject::tr("Kill");
    }
    return {};
}

QString stopTip(StopStep step)
{
    switch (step) {
    case StopStep::StopWithCheckpoint:
        return QObject::tr("Finish the step, write a checkpoint and end. The run can be continued.");
    case StopStep::Terminate:
        return QObject::tr("Ask the system to end the engine; it tries to write a checkpoint.");
    case StopStep::Kill:
        return QObject::tr("End the engine at once. The run can be continued from its last checkpoint.");
    }
    return {};
}

} // namespace

RunHeader::RunHeader(QWidget* parent)
    : QWidget(parent)
    , m_state(new widgets::StateLabel(this))
    , m_name(widgets::makeLabel({}, QStringLiteral("title"), this))
    , m_detail(new widgets::ElidedLabel(this))
    , m_progress(widgets::makeLabel({}, QStringLiteral("secondary"), this))
    , m_pause(new QPushButton(this))
    , m_continue(new QPushButton(tr("Continue run"), this))
    , m_stop(new QPushButton(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_name);
    layout->addSpacing(widgets::kGap);
    layout->addWidget(m_state);
    layout->addWidget(m_detail, 1);
    layout->addWidget(m_progress);
    layout->addSpacing(widgets::kGap);
    for (QPushButton* button : { m_continue, m_pause, m_stop })
        layout->addWidget(button);
    widgets::setVariant(m_detail, "role", QStringLiteral("secondary"));
    widgets::setVariant(m_continue, "kind", QStringLiteral("primary"));
    m_continue->setToolTip(tr("Start an engine that goes on from the last checkpoint."));
    m_pause->setObjectName(QStringLiteral("pauseButton"));
    m_stop->setObjectName(QStringLiteral("stopButton"));
    connect(m_pause, &QPushButton::clicked, this, &RunHeader::pauseOrResume);
    connect(m_stop, &QPushButton::clicked, this, &RunHeader::stop);
    connect(m_continue, &QPushButton::clicked, this, [this] {
        if (m_session)
            Q_EMIT continueRequested(m_session->path());
    });
}

void RunHeader::setSession(services::RunSession* session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (!session)
        return;
    connect(session, &services::RunSession::stateChanged, this, &RunHeader::show);
    connect(session, &services::RunSession::infoChanged, this, [this] { show(m_session->state()); });
    connect(session, &services::RunSession::connectedChanged, this, [this] { show(m_session->state()); });
    connect(session, &services::RunSession::stopStepTaken, this, [this] { show(m_session->state()); });
    connect(session, &services::RunSession::progressChanged, this, &RunHeader::showProgress);
    show(session->state());
}

bool RunHeader::canPause() const
{
    return m_session && m_session->isConnected()
        && (m_session->state().kind == RunStateKind::Running
            || m_session->state().kind == RunStateKind::AwaitingAudit);
}

bool RunHeader::canResume() const
{
    return m_session && m_session->isConnected() && m_session->state().kind == RunStateKind::Paused;
}

bool RunHeader::canContinue() const
{
    if (!m_session)
        return false;
    const RunStateKind kind = m_session->state().kind;
    return store::isOver(kind) && kind != RunStateKind::Finished;
}

void RunHeader::pauseOrResume()
{
    if (canResume())
        m_session->resume();
    else if (canPause())
        m_session->pause();
}

void RunHeader::stop()
{
    if (m_session && m_session->canStop())
        m_session->stop();
}

void RunHeader::show(const store::RunState& state)
{
    const StateLook look = stateLook(state.kind, widgets::tokensFor(palette()));
    m_state->setState(look.icon, models::runStateText(state.kind), look.role);
    const QString name = models::toQt(m_session->info().name);
    m_name->setText(name.isEmpty() ? models::toQt(m_session->folder().root().filename().string()) : name);
    m_name->setToolTip(m_session->path());
    m_detail->setFullText(models::toQt(state.detail));
    const bool over = store::isOver(state.kind);
    m_pause->setVisible(!over);
    m_pause->setEnabled(canPause() || canResume());
    m_pause->setText(state.kind == RunStateKind::Paused ? tr("Resume") : tr("Pause"));
    m_pause->setIcon(
        widgets::icon(state.kind == RunStateKind::Paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setToolTip(m_session->isConnected() ? tr("Takes effect after the step that runs.")
                                                 : tr("The engine's control socket is not connected."));
    m_continue->setVisible(canContinue());
    m_stop->setVisible(!over);
    m_stop->setEnabled(m_session->canStop());
    const StopStep step = m_session->nextStopStep();
    m_stop->setText(stopText(step));
    m_stop->setToolTip(stopTip(step));
    m_stop->setIcon(widgets::icon(QStringLiteral("stop")));
    widgets::setVariant(
        m_stop, "kind", step == StopStep::StopWithCheckpoint ? QString() : QStringLiteral("danger"));
    showProgress();
}

void RunHeader::showProgress()
{
    const protocol::Progress& progress = m_session->progress();
    QStringList words;
    if (progress.tokensPerSecond > 0)
        words << tr("%1 tok/s").arg(widgets::shortNumber(progress.tokensPerSecond));
    const store::RunInfo& info = m_session->info();
    const QString host = m_session->remoteHost();
    if (!info.device.empty() && !host.isEmpty())
        words << tr("on %1 of %2").arg(models::toQt(info.device), host);
    else if (!info.device.empty())
        words << tr("on %1").arg(models::toQt(info.device));
    m_progress->setText(words.join(QStringLiteral(" · ")));
}

} // namespace msrl::pages
