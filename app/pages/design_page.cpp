// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/design_page.h"

#include "app/commands/edits.h"
#include "app/models/counted_text.h"
#include "app/models/project_document.h"
#include "app/pages/graph_values.h"
#include "app/pages/stage_inspector.h"
#include "app/pages/stage_library.h"
#include "app/pages/studies_panel.h"
#include "app/services/run_session.h"
#include "widgets/feedback/empty_state.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/toast.h"
#include "widgets/graph/graph_view.h"
#include "widgets/theme/tokens.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

DesignPage::DesignPage(const PageContext&, QWidget* parent)
    : Page(QStringLiteral("design"), tr("Design"), QStringLiteral("design"), parent)
    , m_library(new StageLibrary(widgets::nodeTypeMime(), this))
    , m_inspector(new StageInspector(this))
{
    auto* columns = new QSplitter(Qt::Horizontal, this);
    columns->addWidget(makeLeft());
    columns->addWidget(makeCanvas());
    columns->addWidget(m_inspector);
    columns->setHandleWidth(1);
    columns->setChildrenCollapsible(false);
    columns->setStretchFactor(1, 1);
    columns->setSizes({ 190, 850, 330 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(columns);
    m_toast = new widgets::Toast(this);
    connect(m_library, &StageLibrary::addRequested, this, [this](const QString& type) { add(type); });
    connectGraph();
}

QWidget* DesignPage::makeLeft()
{
    auto* left = new QWidget(this);
    m_studies = new StudiesPanel(left);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_library, 1);
    layout->addWidget(m_studies);
    return left;
}

QWidget* DesignPage::makeCanvas()
{
    auto* rows = new QSplitter(Qt::Vertical, this);
    m_view = new widgets::GraphView(rows);
    m_view->setAccessibleName(tr("Stage graph"));
    m_invitation = new widgets::EmptyState(QStringLiteral("design"), tr("Design a curriculum"),
        tr("Begin from the paper's curriculum or another template, or add stages from the list on the left: "
           "drag one here, or press Ctrl+F, type its name and press Enter."),
        m_view);
    m_invitation->setAction(tr("New from template…"));
    m_invitation->hide();
    connect(m_invitation, &widgets::EmptyState::actionTriggered, this,
        [this] { Q_EMIT actionRequested(QStringLiteral("project.new")); });
    rows->setHandleWidth(1);
    rows->setChildrenCollapsible(false);
    m_problemPanel = new QWidget(rows);
    QWidget* problems = m_problemPanel;
    m_problemTitle = widgets::makeLabel({}, QStringLiteral("heading"), problems);
    m_problemView = new QListView(problems);
    m_problemView->setModel(&m_problems);
    m_problemView->setAccessibleName(tr("Problems"));
    connect(m_problemView, &QListView::clicked, this, &DesignPage::goToProblem);
    connect(m_problemView, &QListView::activated, this, &DesignPage::goToProblem);
    auto* layout = new QVBoxLayout(problems);
    layout->addWidget(m_problemTitle);
    layout->addWidget(m_problemView, 1);
    rows->addWidget(m_view);
    rows->addWidget(problems);
    rows->setStretchFactor(0, 1);
    rows->setSizes({ 640, 110 });
    return rows;
}

void DesignPage::connectGraph()
{
    widgets::GraphScene* graph = m_view->graph();
    graph->setEdgeCheck([this](const widgets::EdgeId& id) {
        const auto refused = curriculum::refuseEdge(m_document->project(), toEdge(id));
        return refused ? QString::fromStdString(*refused) : QString();
    });
    connect(graph, &widgets::GraphScene::selectedChanged, this, [this](const QStringList& nodes) {
        m_node = nodes.size() == 1 ? nodes.front() : QString();
        showInspector();
    });
    connect(graph, &widgets::GraphScene::nodesMoved, this, [this](const QVector<widgets::NodeMove>& moves) {
        std::vector<std::pair<std::string, QPointF>> positions;
        for (const widgets::NodeMove& move : moves)
            positions.emplace_back(move.id.toStdString(), move.position);
        commands::moveNodes(*m_document, positions);
    });
    connect(graph, &widgets::GraphScene::connectRequested, this, [this](const widgets::EdgeId& id) {
        const QString refused = commands::connectPorts(*m_document, toEdge(id));
        if (!refused.isEmpty())
            m_toast->showText(refused);
    });
    connect(graph, &widgets::GraphScene::replayActivated, this,
        [this](const widgets::EdgeId& id) { selectNode(id.toNode); });
    connect(graph, &widgets::GraphScene::nodeActivated, this, [this](const QString& id) {
        selectNode(id);
        m_inspector->focusFirst();
    });
    connect(graph, &widgets::GraphScene::emptyActivated, this, [this] { m_library->focusSearch(); });
    connect(graph, &widgets::GraphScene::typeDropped, this, &DesignPage::addAt);
    connect(m_view, &widgets::GraphView::removeRequested, this, &DesignPage::removeSelected);
    connect(m_toast, &widgets::Toast::undoRequested, this, [this] { m_document->undoStack().undo(); });
}

void DesignPage::setProject(models::ProjectDocument& document)
{
    m_document = &document;
    m_inspector->setDocument(document);
    connect(&document, &models::ProjectDocument::changed, this, &DesignPage::showProject);
    connect(&document, &models::ProjectDocument::replaced, this, [this] {
        m_node.clear();
        m_fitted = false;
        readRun();
        showProject();
    });
    showProject();
}

void DesignPage::setSession(services::RunSession* session)
{
    m_session = session;
    readRun();
    if (session)
        connect(session, &services::RunSession::stagesChanged, this, [this] {
            readRun();
            showProject();
        });
    showProject();
}

void DesignPage::readRun()
{
    m_run.reset();
    if (!m_session || m_session->stages().empty())
        return;
    models::RunOfProject run;
    run.stages = m_session->stages();
    if (const auto project = curriculum::loadProject(m_session->folder().projectFile()))
        run.project = *project;
    m_run = std::move(run);
}

void DesignPage::showProject()
{
    if (!m_document)
        return;
    const auto statuses = models::nodeStatuses(m_document->project(), m_document->problems(), m_run);
    m_view->graph()->setGraph(graphNodes(m_document->project(), statuses), graphEdges(m_document->project()));
    m_problems.setProblems(m_document->project(), m_document->problems());
    const int count = m_problems.rowCount();
    m_problemTitle->setText(models::countedText(count, tr("one problem"), tr("%1 problems")));
    // Without problems, which the status line says, the canvas has the room.
    m_problemPanel->setVisible(count > 0);
    m_invitation->setVisible(m_document->project().nodes.empty());
    placeInvitation();
    showInspector();
    if (!m_fitted && isVisible())
        activated();
}

void DesignPage::showInspector()
{
    m_inspector->showNode(m_node);
}

void DesignPage::selectNode(const QString& id)
{
    m_view->graph()->select({ id });
    m_view->reveal(id);
    m_node = id;
    showInspector();
}

void DesignPage::goToProblem(const QModelIndex& index)
{
    const QString node = index.data(models::ProblemListModel::NodeRole).toString();
    if (node.isEmpty())
        return;
    selectNode(node);
    m_inspector->focusField(index.data(models::ProblemListModel::FieldRole).toString());
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

void DesignPage::placeInvitation()
{
    const QSize size(std::min(460, m_view->width()), std::min(260, m_view->height()));
    m_invitation->setGeometry(
        QRect(QPoint((m_view->width() - size.width()) / 2, (m_view->height() - size.height()) / 2), size));
}

void DesignPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    QTimer::singleShot(0, this, [this] { placeInvitation(); }); // after the splitter has laid out
}

void DesignPage::removeSelected()
{
    const std::vector<std::string> nodes = selectedIds();
    std::vector<curriculum::Edge> edges;
    for (const widgets::EdgeId& id : m_view->graph()->selectedEdges())
        edges.push_back(toEdge(id));
    if (nodes.empty() && edges.empty())
        return;
    commands::removeItems(*m_document, nodes, edges);
    m_toast->showUndo(models::countedText(
        static_cast<int>(nodes.size()), tr("Removed one stage"), tr("Removed %1 stages")));
}

std::vector<std::string> DesignPage::selectedIds() const
{
    std::vector<std::string> ids;
    for (const QString& id : m_view->graph()->selectedNodes())
        ids.push_back(id.toStdString());
    return ids;
}

void DesignPage::copySelected()
{
    const std::vector<std::string> ids = selectedIds();
    if (ids.empty()) {
        m_toast->showText(tr("Select the stages to copy first."));
        return;
    }
    QGuiApplication::clipboard()->setText(QString::fromStdString(commands::copiedText(*m_document, ids)));
    m_toast->showText(models::countedText(
        static_cast<int>(ids.size()), tr("Copied one stage as text"), tr("Copied %1 stages as text")));
}

void DesignPage::paste()
{
    const QString text = QGuiApplication::clipboard()->text();
    if (text.isEmpty())
        return;
    const auto pasted = commands::pasteText(*m_document, text.toStdString(), m_view->centre());
    if (!pasted) {
        m_toast->showText(QString::fromStdString(pasted.error().message()));
        return;
    }
    QStringList ids;
    for (const std::string& id : *pasted)
        ids << QString::fromStdString(id);
    m_view->graph()->select(ids);
    m_toast->showUndo(
        models::countedText(static_cast<int>(ids.size()), tr("Pasted one stage"), tr("Pasted %1 stages")));
}

void DesignPage::activated()
{
    // The first time the canvas has its size, the graph is shown whole.
    if (!m_fitted && m_document && !m_document->project().nodes.empty()) {
        m_fitted = true;
        QTimer::singleShot(0, m_view, [this] { m_view->fit(); });
    }
    m_view->setFocus();
}

} // namespace msrl::pages
