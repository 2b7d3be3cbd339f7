// SPDX-License-Identifier: GPL-3.0-or-later
// The Run page: its parts and where they stand.
#include "app/pages/curve_grid.h"
#include "app/pages/engine_log_panel.h"
#include "app/pages/health_panel.h"
#include "app/pages/log_panel.h"
#include "app/pages/replay_use_panel.h"
#include "app/pages/run_header.h"
#include "app/pages/run_page.h"
#include "app/pages/samples_panel.h"
#include "app/pages/stage_timeline.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/theme/tokens.h"

#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace msrl::pages {

QWidget* RunPage::makeContent()
{
    auto* content = new QWidget(this);
    m_message = new widgets::MessageBar(content);
    m_header = new RunHeader(content);
    m_timeline = new StageTimeline(m_stages, content);
    auto* top = new QWidget(content);
    auto* topLayout = new QVBoxLayout(top);
    topLayout->setContentsMargins(widgets::kWideGap, 12, widgets::kWideGap, widgets::kGap);
    topLayout->setSpacing(12);
    topLayout->addWidget(m_header);
    topLayout->addWidget(m_message);
    topLayout->addWidget(m_timeline);

    m_grid = new CurveGrid(m_curves);
    connect(m_timeline, &StageTimeline::stageClicked, this, [this](const QString& stage) {
        if (!m_grid->showStage(stage.toStdString()))
            Q_EMIT eventReported(tr("This stage has drawn no curves."));
    });
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setWidget(m_grid);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* curves = new QWidget;
    auto* curvesLayout = new QVBoxLayout(curves);
    curvesLayout->setContentsMargins(widgets::kWideGap, 0, widgets::kGrid, widgets::kGap);
    curvesLayout->setSpacing(widgets::kGap);
    curvesLayout->addWidget(makeCurveBar());
    curvesLayout->addWidget(scroll, 1);

    makeTabs();
    auto* splitter = new QSplitter(Qt::Vertical, content);
    splitter->addWidget(curves);
    splitter->addWidget(m_tabs);
    splitter->setHandleWidth(1);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setSizes({ 410, 370 });
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(top);
    layout->addWidget(widgets::makeRule(Qt::Horizontal, content));
    layout->addWidget(splitter, 1);
    return content;
}

void RunPage::makeTabs()
{
    m_samples = new SamplesPanel;
    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_samples, tr("Samples"));
    m_health = new HealthPanel(m_curves);
    m_tabs->addTab(m_health, tr("Health"));
    connect(m_health, &HealthPanel::failedChanged, this, [this](int failed) {
        m_tabs->setTabText(
            m_tabs->indexOf(m_health), failed > 0 ? tr("Health (%1)").arg(failed) : tr("Health"));
    });
    m_replayUse = new ReplayUsePanel;
    m_tabs->addTab(m_replayUse, tr("Replay"));
    m_tabs->addTab(new LogPanel(m_events, { "replay-use" }), tr("Log"));
    m_tabs->addTab(new LogPanel(m_events, { "log", "replay-use" }), tr("Events"));
    m_engineLog = new EngineLogPanel;
    m_tabs->addTab(m_engineLog, tr("Engine log"));
    m_lastLines = new QPlainTextEdit(m_tabs);
    m_lastLines->setReadOnly(true);
    m_lastLines->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_lastLines->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_lastLines->setFrameShape(QFrame::NoFrame);
    m_lastLines->setAccessibleName(tr("Last lines of engine.log"));
    m_lastLines->hide();
}

} // namespace msrl::pages
