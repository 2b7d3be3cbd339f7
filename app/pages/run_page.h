// SPDX-License-Identifier: GPL-3.0-or-later
// The Run page: what the selected run is doing, its curves as they grow, what the policy writes, and what
// happened.
#pragma once

#include "app/models/curve_set.h"
#include "app/models/event_log_model.h"
#include "app/models/stage_list_model.h"
#include "app/pages/page.h"
#include "app/services/disk_watch.h"
#include "app/services/engine_launcher.h"
#include "app/services/run_session.h"

#include <QPointer>
#include <QTimer>

class QAction;
class QComboBox;
class QPlainTextEdit;
class QStackedLayout;
class QTabWidget;

namespace msrl::widgets {
class EmptyState;
class MessageBar;
}

namespace msrl::pages {

class CurveGrid;
class EngineLogPanel;
class HealthPanel;
class MediaViewer;
class ReplayUsePanel;
class RunHeader;
class SamplesPanel;
class StageTimeline;

class RunPage : public Page
{
    Q_OBJECT

public:
    explicit RunPage(const PageContext& context, QWidget* parent = nullptr);

    void setProject(models::ProjectDocument& document) override;
    void setSession(services::RunSession* session) override;
    void registerActions(ActionRegistry& actions) override;
    void activated() override;

    const models::CurveSet& curves() const { return m_curves; }
    const models::StageListModel& stages() const { return m_stages; }
    const CurveGrid& grid() const { return *m_grid; }
    QTabWidget& tabs() { return *m_tabs; }

private:
    void showStages(const std::vector<store::StageRow>& stages);
    void showState(const store::RunState& state);
    void tellStages(const std::vector<store::EventRow>& events);
    void continueRun(const QString& runFolder);
    void updateActions();
    // run_page_layout.cpp
    QWidget* makeContent();
    void makeTabs();
    // run_page_curves.cpp
    QWidget* makeCurveBar();
    QWidget* makeCurveFilter(QWidget* parent);
    void showArrangement();
    void showFailure(const store::RunState& state);
    // run_page_live.cpp
    void registerLiveActions(ActionRegistry& actions);
    void updateLiveActions();
    const store::StageRow* changeableStage() const;
    void changeValues();

    PageContext m_context;
    QPointer<services::RunSession> m_session;
    ActionRegistry* m_actions = nullptr;
    models::CurveSet m_curves;
    models::StageListModel m_stages;
    models::EventLogModel m_events;
    services::EngineLauncher m_launcher;
    services::DiskWatch m_disk;
    QTimer m_clock; // keeps "time so far" true between the engine's words
    QStackedLayout* m_stack = nullptr;
    widgets::EmptyState* m_empty = nullptr;
    widgets::MessageBar* m_message = nullptr;
    RunHeader* m_header = nullptr;
    StageTimeline* m_timeline = nullptr;
    CurveGrid* m_grid = nullptr;
    SamplesPanel* m_samples = nullptr;
    MediaViewer* m_viewer = nullptr; // over the page while open
    HealthPanel* m_health = nullptr;
    ReplayUsePanel* m_replayUse = nullptr;
    EngineLogPanel* m_engineLog = nullptr;
    QTabWidget* m_tabs = nullptr;
    QPlainTextEdit* m_lastLines = nullptr; // of a run that failed; a tab only then
    models::ProjectDocument* m_document = nullptr;
    QAction* m_pauseAction = nullptr;
    QAction* m_stopAction = nullptr;
    QAction* m_checkpointAction = nullptr;
    QAction* m_valuesAction = nullptr;
    bool m_tellsState = false; // the message is about the run's state and goes with it
};

} // namespace msrl::pages
