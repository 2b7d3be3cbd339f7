// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/run_page.h"

#include "app/models/strings.h"
#include "app/pages/action_registry.h"
#include "app/pages/curve_grid.h"
#include "app/pages/engine_log_panel.h"
#include "app/pages/health_panel.h"
#include "app/pages/media_viewer.h"
#include "app/pages/queue_panel.h"
#include "app/pages/replay_use_panel.h"
#include "app/pages/run_header.h"
#include "app/pages/samples_panel.h"
#include "app/services/engine_locator.h"
#include "app/services/remote_target.h"
#include "app/services/settings.h"
#include "core/curriculum/node_types.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/message_bar.h"

#include <QDateTime>
#include <QPlainTextEdit>
#include <QStackedLayout>
#include <QTabWidget>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kClockMs = 1000;
const QString kStartAction = QStringLiteral("run.start");

// For where no column names the stage.
QString eventLine(const store::EventRow& event)
{
    const QString text = models::toQt(event.text);
    return event.kind == "left-out" ? QStringLiteral("%1: %2").arg(models::toQt(event.stage), text) : text;
}

} // namespace

RunPage::RunPage(const PageContext& context, QWidget* parent)
    : Page(QStringLiteral("run"), tr("Run"), QStringLiteral("run"), parent)
    , m_context(context)
    , m_empty(new widgets::EmptyState(QStringLiteral("run"), tr("No run is selected"),
          tr("A run trains the stages of the project one after the other. Its curves, samples and log appear "
             "here from the first step on, also of runs that another window or the command line started."),
          this))
{
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeContent());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_stack, 1);
    if (context.queue)
        layout->addWidget(new QueuePanel(*context.queue, this));
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, [this] {
        if (QAction* start = m_actions ? m_actions->action(kStartAction) : nullptr)
            start->trigger();
    });
    connect(m_message, &widgets::MessageBar::actionTriggered, this, [this] {
        if (m_session && m_session->state().kind == store::RunStateKind::AwaitingAudit)
            Q_EMIT pageRequested(QStringLiteral("audit"));
        else
            m_tabs->setCurrentWidget(m_lastLines);
    });
    m_samples->usePictures(context.pictures);
    m_viewer = new MediaViewer(this);
    connect(m_samples, &SamplesPanel::mediaRequested, m_viewer, &MediaViewer::open);
    connect(m_viewer, &MediaViewer::closed, m_samples, &SamplesPanel::focusList);
    connect(m_header, &RunHeader::continueRequested, this, &RunPage::continueRun);
    connect(&m_launcher, &services::EngineLauncher::failed, this,
        [this](const QString& sentence) { m_message->showMessage(widgets::MessageKind::Error, sentence); });
    connect(&m_launcher, &services::EngineLauncher::started, this, [this] {
        m_message->clearMessage();
        if (m_session)
            m_session->refresh();
    });
    connect(&m_disk, &services::DiskWatch::changed, this, [this](const services::DiskRoom& room) {
        m_health->setDisk({ room.freeBytes, room.checkpointBytes });
    });
    connect(
        &m_clock, &QTimer::timeout, this, [this] { m_stages.setNow(QDateTime::currentMSecsSinceEpoch()); });
    m_clock.setInterval(kClockMs);
}

void RunPage::setSession(services::RunSession* session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    m_curves.clear();
    m_events.clear();
    m_replayUse->clear();
    m_grid->clearEvents();
    m_tabs->removeTab(m_tabs->indexOf(m_lastLines));
    m_stages.setStages({});
    m_message->clearMessage();
    m_header->setSession(session);
    m_viewer->close();
    m_samples->setSession(session);
    m_engineLog->setFile(session ? models::toQt(session->folder().logFile().string()) : QString());
    m_stack->setCurrentIndex(session ? 1 : 0);
    if (!session) {
        m_disk.follow({});
        m_clock.stop();
        updateActions();
        return;
    }
    using services::RunSession;
    connect(session, &RunSession::truncated, this, [this](const std::vector<store::TruncationRow>& rows) {
        for (const store::TruncationRow& row : rows) {
            m_curves.truncate(row.stage, row.step);
            m_replayUse->truncate(row.stage, row.step);
        }
    });
    connect(session, &RunSession::chunksArrived, this,
        [this](const std::vector<store::MetricChunk>& chunks) { m_curves.append(chunks); });
    connect(session, &RunSession::metricsArrived, this,
        [this](const std::vector<store::MetricRow>& rows) { m_curves.append(rows); });
    connect(session, &RunSession::eventsArrived, this, [this](const std::vector<store::EventRow>& rows) {
        m_events.append(rows);
        m_grid->addEvents(rows);
        m_replayUse->addEvents(rows);
        tellStages(rows);
        if (!rows.empty() && rows.back().level != store::EventLevel::Debug)
            Q_EMIT eventReported(eventLine(rows.back()));
    });
    connect(session, &RunSession::stagesChanged, this, &RunPage::showStages);
    connect(session, &RunSession::stateChanged, this, &RunPage::showState);
    connect(session, &RunSession::connectedChanged, this, &RunPage::updateActions);
    connect(session, &RunSession::commandAnswered, this,
        [this](const QString&, bool accepted, const QString& text) {
            if (!accepted)
                m_message->showMessage(widgets::MessageKind::Warning, text);
        });
    connect(session, &RunSession::stopStepTaken, this, [this](services::StopStep, const QString& text) {
        m_message->showMessage(widgets::MessageKind::Info, text);
    });
    showStages(session->stages());
    showState(session->state());
    m_clock.start();
}

void RunPage::showStages(const std::vector<store::StageRow>& stages)
{
    m_stages.setNow(QDateTime::currentMSecsSinceEpoch());
    m_stages.setStages(stages);
    std::map<std::string, QString> titles;
    for (const store::StageRow& stage : stages) {
        if (!curriculum::traitsOf(stage.nodeType).perPolicy)
            titles[stage.stage] = models::toQt(stage.title.empty() ? stage.stage : stage.title);
    }
    m_health->setStageTitles(titles);
    m_replayUse->setStageTitles(titles);
    m_grid->setStageTitles(std::move(titles));
    updateLiveActions();
}

// What of the events concerns the list of stages.
void RunPage::tellStages(const std::vector<store::EventRow>& events)
{
    for (const store::EventRow& event : events) {
        if (event.kind == "resume" && !event.stage.empty())
            m_stages.setResumed(event.stage, event.step, event.timeMs);
        else if (event.kind == "left-out")
            m_stages.setLeftOut(event.stage, models::toQt(event.text));
    }
}

void RunPage::showState(const store::RunState& state)
{
    using store::RunStateKind;
    if (state.kind == RunStateKind::AwaitingAudit && m_session && !m_session->remoteHost().isEmpty()) {
        m_message->showMessage(widgets::MessageKind::Info,
            tr("The run waits at the audit gate for a sign-off, which is made on %1 (msrl-engine audit).")
                .arg(m_session->remoteHost()));
    } else if (state.kind == RunStateKind::AwaitingAudit) {
        m_message->showMessage(widgets::MessageKind::Info,
            tr("The run waits at the audit gate for a sign-off."), tr("Open Audit"));
    } else if (state.kind == RunStateKind::Failed || state.kind == RunStateKind::Killed) {
        showFailure(state);
    } else if (store::isOver(state.kind) || m_tellsState) {
        m_message->clearMessage();
        m_tabs->removeTab(m_tabs->indexOf(m_lastLines)); // of the engine before
    }
    m_tellsState = state.kind == RunStateKind::AwaitingAudit || state.kind == RunStateKind::Failed
        || state.kind == RunStateKind::Killed;
    // Of a run that is over, or on another machine, nothing is written here.
    const bool writes = m_session && m_session->remoteHost().isEmpty() && !store::isOver(state.kind)
        && m_session->folder().isRunFolder();
    m_disk.follow(writes ? m_session->path() : QString());
    updateActions();
}

void RunPage::continueRun(const QString& runFolder)
{
    if (m_launcher.isLaunching())
        return;
    if (services::isReplica(runFolder)) {
        Q_EMIT remoteResumeRequested(runFolder);
        return;
    }
    services::EngineLocator engine;
    engine.setProgram(m_context.settings.data().engineProgram);
    if (engine.program().isEmpty()) {
        m_message->showMessage(widgets::MessageKind::Error,
            tr("msrl-engine was not found. Looked at: %1").arg(engine.places().join(QStringLiteral(", "))));
        return;
    }
    m_launcher.launch({ engine.program(), {}, runFolder, {} });
    m_message->showMessage(widgets::MessageKind::Info, tr("Starting an engine that continues the run."));
}

void RunPage::registerActions(ActionRegistry& actions)
{
    m_actions = &actions;
    m_pauseAction
        = actions.add({ QStringLiteral("run.pause"), QStringLiteral("Run"), tr("&Pause or resume run"),
                          tr("Halt the selected run after its step, or let it go on."),
                          QStringLiteral("pause"), QKeySequence(Qt::CTRL | Qt::Key_Period) },
            this, [this] { m_header->pauseOrResume(); });
    m_stopAction = actions.add(
        { QStringLiteral("run.stop"), QStringLiteral("Run"), tr("&Stop run"),
            tr("Finish the step, write a checkpoint and end; pressed again, the next step of the ladder."),
            QStringLiteral("stop"), {} },
        this, [this] { m_header->stop(); });
    registerLiveActions(actions);
    m_samples->registerActions(actions);
    updateActions();
}

void RunPage::activated()
{
    const QAction* start = m_actions ? m_actions->action(kStartAction) : nullptr;
    m_empty->setAction(start ? start->text().remove(QLatin1Char('&')) : QString());
}

void RunPage::updateActions()
{
    if (!m_pauseAction)
        return;
    m_pauseAction->setEnabled(m_header->canPause() || m_header->canResume());
    m_stopAction->setEnabled(m_session && m_session->canStop());
    updateLiveActions();
}

} // namespace msrl::pages
