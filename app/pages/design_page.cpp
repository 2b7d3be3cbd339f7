// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/design_page.h"

#include "app/commands/edits.h"
#include "app/models/counted_text.h"
#include "app/models/project_document.h"
#include "app/pages/graph_values.h"
#include "app/pages/stage_inspector.h"
#include "app/pages/stage_library.h"
#include "app/services/run_session.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/toast.h"
#include "widgets/graph/graph_view.h"

#include <QLabel>
#include <QListView>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <utility>

namespace msrl::pages {

void DesignPage::connectGraph()
{
    widgets::GraphScene* graph = m_view->graph();
    graph->setEdgeCheck([this](const widgets::EdgeId& id, const widgets::EdgeId& replaced) {
        const curriculum::Edge gone = toEdge(replaced);
        const auto refused
            = curriculum::refuseEdge(m_document->project(), toEdge(id), replaced.isValid() ? &gone : nullptr);
        return refused ? QString::fromStdString(*refused) : QString();
    });
    connect(graph, &widgets::GraphScene::selectedChanged, this, &DesignPage::showSelection);
    connect(graph, &widgets::GraphScene::replayActivated, this,
        [this](const widgets::EdgeId& id) { selectNode(id.toNode); });
    connect(graph, &widgets::GraphScene::nodeActivated, this, [this](const QString& id) {
        selectNode(id);
        m_inspector->focusFirst();
    });
    connect(graph, &widgets::GraphScene::frameActivated, this, [this](const QString& id) {
        m_view->graph()->select({}, { id });
        m_inspector->focusTitle();
    });
    connect(graph, &widgets::GraphScene::emptyActivated, this, [this] { m_library->focusSearch(); });
    connect(graph, &widgets::GraphScene::typeDropped, this, &DesignPage::addAt);
    connect(graph, &widgets::GraphScene::menuRequested, this, &DesignPage::showMenu);
    connect(m_inspector, &StageInspector::frameFitRequested, this,
        [this](const QString& frame) { fitFrames({ frame }); });
    connect(m_inspector, &StageInspector::pageRequested, this, &DesignPage::pageRequested);
    connect(m_inspector, &StageInspector::sweepRequested, this, &DesignPage::sweepRequested);
    connect(m_toast, &widgets::Toast::undoRequested, this, [this] { m_document->undoStack().undo(); });
    connectEdits();
}

void DesignPage::showSelection(const QStringList& nodes)
{
    const QStringList frames = m_view->graph()->selectedFrames();
    m_node = nodes.size() == 1 && frames.isEmpty() ? nodes.front() : QString();
    m_frame = nodes.isEmpty() && frames.size() == 1 ? frames.front() : QString();
    showInspector();
}

void DesignPage::setProject(models::ProjectDocument& document)
{
    m_document = &document;
    m_inspector->setDocument(document, m_settings);
    connect(&document, &models::ProjectDocument::changed, this, &DesignPage::showProject);
    connect(&document, &models::ProjectDocument::replaced, this, [this] {
        m_node.clear();
        m_frame.clear();
        m_fitted = false;
        readRun();
        showProject();
    });
    showProject();
}

void DesignPage::setSession(services::RunSession* session)
{
    m_session = session;
    m_run.reset();
    readRun();
    if (session)
        connect(session, &services::RunSession::stagesChanged, this, &DesignPage::followRun);
    showProject();
}

void DesignPage::readRun()
{
    if (!m_session || m_session->stages().empty()) {
        m_run.reset();
        return;
    }
    models::RunOfProject run;
    run.stages = m_session->stages();
    // Stages move with every step, and a run keeps the project that it began with.
    if (m_run && m_run->project)
        run.project = std::move(m_run->project);
    else if (const auto project = curriculum::loadProject(m_session->folder().projectFile()))
        run.project = *project;
    m_run = std::move(run);
}

void DesignPage::showProject()
{
    if (!m_document)
        return;
    m_statuses = models::nodeStatuses(m_document->project(), m_document->problems(), m_run);
    m_view->graph()->setGraph(graphNodes(m_document->project(), m_statuses),
        graphEdges(m_document->project()), graphFrames(m_document->project()));
    m_problems.setProblems(m_document->project(), m_document->problems());
    const int count = m_problems.rowCount();
    m_problemTitle->setText(models::countedText(count, tr("One problem"), tr("%1 problems")));
    // Without problems, which the status line says, the canvas has the room.
    m_problemPanel->setVisible(count > 0);
    m_invitation->setVisible(m_document->project().nodes.empty());
    placeInvitation();
    showInspector();
    if (!m_fitted && isVisible())
        activated();
}

void DesignPage::followRun()
{
    readRun();
    m_isBehind = !isVisible();
    if (!m_isBehind)
        showStates();
}

// A run tells of its stages many times a second: only what differs is shown, and a hand that edits meanwhile
// is not disturbed.
void DesignPage::showStates()
{
    if (!m_document)
        return;
    auto now = models::nodeStatuses(m_document->project(), m_document->problems(), m_run);
    if (now == m_statuses)
        return;
    m_statuses = std::move(now);
    m_view->graph()->setStates(graphNodes(m_document->project(), m_statuses));
    showStatus();
}

void DesignPage::showStatus()
{
    if (const auto found = m_statuses.find(m_node.toStdString()); found != m_statuses.end())
        m_inspector->showStatus(found->second);
}

void DesignPage::showInspector()
{
    if (m_frame.isEmpty()) {
        m_inspector->showNode(m_node);
        showStatus();
    } else {
        m_inspector->showFrame(m_frame, static_cast<int>(m_view->graph()->nodesInside(m_frame).size()));
    }
}

void DesignPage::selectNode(const QString& id)
{
    m_view->graph()->select({ id });
    m_view->reveal(id);
    m_node = id;
    m_frame.clear();
    showInspector();
}

void DesignPage::goToProblem(const QModelIndex& index)
{
    const QString node = index.data(models::ProblemListModel::NodeRole).toString();
    if (!node.isEmpty())
        showField(node, index.data(models::ProblemListModel::FieldRole).toString());
}

void DesignPage::stepProblem(int by)
{
    const int count = m_problems.rowCount();
    if (count == 0) {
        m_toast->showText(tr("The project has no problems."));
        return;
    }
    const QModelIndex shown = m_problemView->currentIndex();
    const int from = shown.isValid() ? shown.row() : by > 0 ? -1 : count;
    const QModelIndex next = m_problemView->model()->index((from + by + count) % count, 0);
    m_problemView->setCurrentIndex(next);
    goToProblem(next);
}

void DesignPage::showField(const QString& node, const QString& field)
{
    selectNode(node);
    m_inspector->focusField(field);
}

void DesignPage::addAt(const QString& type, const QPointF& position)
{
    selectNode(QString::fromStdString(commands::addNode(*m_document, type.toStdString(), position)));
}

void DesignPage::add(const QString& type)
{
    addAt(type, freePlace());
    // The next name can be typed at once; the canvas keeps the new stage in sight.
    m_view->reveal(m_node);
}

// Right of the selected stage, else the middle of what is shown; then down until nothing is in the way.
QPointF DesignPage::freePlace() const
{
    constexpr double kColumn = widgets::kNodeWidth + 72;
    constexpr double kRow = 184;
    const curriculum::Node* selected = m_document->project().node(m_node.toStdString());
    QPointF place = selected ? QPointF(selected->x + kColumn, selected->y)
                             : m_view->centre() - QPointF(widgets::kNodeWidth / 2, 0);
    const auto taken = [this](const QPointF& at) {
        for (const curriculum::Node& node : m_document->project().nodes)
            if (std::abs(node.x - at.x()) < kColumn - 8 && std::abs(node.y - at.y()) < kRow - 8)
                return true;
        return false;
    };
    place = { std::round(place.x() / widgets::kCanvasGrid) * widgets::kCanvasGrid,
        std::round(place.y() / widgets::kCanvasGrid) * widgets::kCanvasGrid };
    while (taken(place))
        place.ry() += kRow;
    return place;
}

void DesignPage::activated()
{
    if (std::exchange(m_isBehind, false))
        showStates();
    // The first time the canvas has its size, the graph is shown whole.
    if (!m_fitted && m_document && !m_document->project().nodes.empty()) {
        m_fitted = true;
        QTimer::singleShot(0, m_view, [this] { m_view->fit(); });
    }
    m_view->setFocus();
}

} // namespace msrl::pages
