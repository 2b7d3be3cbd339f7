// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/design_page.h"

#include "app/commands/edits.h"
#include "app/models/project_document.h"
#include "app/pages/action_registry.h"
#include "app/pages/graph_values.h"
#include "app/pages/replay_editor.h"
#include "app/services/run_session.h"
#include "widgets/feedback/labels.h"
#include "widgets/feedback/toast.h"
#include "widgets/form/form_view.h"
#include "widgets/graph/graph_view.h"
#include "widgets/theme/tokens.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

namespace msrl::pages {

DesignPage::DesignPage(const PageContext&, QWidget* parent)
    : Page(QStringLiteral("design"), tr("Design"), QStringLiteral("design"), parent)
    , m_library(widgets::nodeTypeMime())
{
    auto* columns = new QSplitter(Qt::Horizontal, this);
    columns->addWidget(makeLibrary());
    columns->addWidget(makeCanvas());
    columns->addWidget(makeInspector());
    columns->setStretchFactor(1, 1);
    columns->setSizes({ 200, 860, 340 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(columns);
    m_toast = new widgets::Toast(this);
    connectGraph();
}

QWidget* DesignPage::makeLibrary()
{
    auto* panel = new QWidget(this);
    auto* search = new QLineEdit(panel);
    search->setPlaceholderText(tr("Search stages"));
    search->setClearButtonEnabled(true);
    auto* filter = new QSortFilterProxyModel(panel);
    filter->setSourceModel(&m_library);
    filter->setFilterRole(models::NodeLibraryModel::SearchRole);
    filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_libraryView = new QListView(panel);
    m_libraryView->setModel(filter);
    m_libraryView->setDragEnabled(true);
    m_libraryView->setAccessibleName(tr("Stages that can be added"));
    connect(search, &QLineEdit::textChanged, filter, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_libraryView, &QListView::activated, this, [this](const QModelIndex& index) {
        addAt(index.data(models::NodeLibraryModel::TypeRole).toString(), m_view->centre());
    });
    auto* layout = new QVBoxLayout(panel);
    layout->addWidget(widgets::makeLabel(tr("Stages"), QStringLiteral("heading"), panel));
    layout->addWidget(search);
    layout->addWidget(m_libraryView, 1);
    return panel;
}

QWidget* DesignPage::makeCanvas()
{
    auto* rows = new QSplitter(Qt::Vertical, this);
    m_view = new widgets::GraphView(rows);
    m_view->setAccessibleName(tr("Stage graph"));
    auto* problems = new QWidget(rows);
    m_problemTitle = widgets::makeLabel(tr("No problems"), QStringLiteral("heading"), problems);
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

QWidget* DesignPage::makeInspector()
{
    auto* content = new QWidget(this);
    m_title = widgets::makeLabel({}, QStringLiteral("title"), content);
    m_summary = widgets::makeLabel({}, QStringLiteral("secondary"), content);
    m_title->setWordWrap(true);
    m_summary->setWordWrap(true);
    m_replay = new ReplayEditor(content);
    m_form = new widgets::FormView(content);
    auto* layout = new QVBoxLayout(content);
    layout->addWidget(m_title);
    layout->addWidget(m_summary);
    layout->addWidget(m_replay);
    layout->addWidget(m_form);
    layout->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_replay, &ReplayEditor::ratioEdited, this, &DesignPage::editReplay);
    connect(
        m_form, &widgets::FormView::fieldEdited, this, [this](const QString& name, const QVariant& value) {
            commands::setField(*m_document, m_node.toStdString(), name.toStdString(), toJson(value));
        });
    connect(m_form, &widgets::FormView::resetRequested, this, [this](const QString& name) {
        commands::setField(*m_document, m_node.toStdString(), name.toStdString(), std::nullopt);
    });
    return scroll;
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
    connect(graph, &widgets::GraphScene::typeDropped, this, &DesignPage::addAt);
    connect(m_view, &widgets::GraphView::removeRequested, this, &DesignPage::removeSelected);
    connect(m_toast, &widgets::Toast::undoRequested, this, [this] { m_document->undoStack().undo(); });
}

void DesignPage::setProject(models::ProjectDocument& document)
{
    m_document = &document;
    m_form->setBaseFolder(document.folder());
    connect(&document, &models::ProjectDocument::changed, this, &DesignPage::show);
    connect(&document, &models::ProjectDocument::replaced, this, [this] {
        m_node.clear();
        m_fitted = false;
        m_form->setBaseFolder(m_document->folder());
        readRun();
        show();
    });
    show();
}

void DesignPage::setSession(services::RunSession* session)
{
    m_session = session;
    readRun();
    if (session)
        connect(session, &services::RunSession::stagesChanged, this, [this] {
            readRun();
            show();
        });
    show();
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

void DesignPage::show()
{
    if (!m_document)
        return;
    const auto statuses = models::nodeStatuses(m_document->project(), m_document->problems(), m_run);
    m_view->graph()->setGraph(graphNodes(m_document->project(), statuses), graphEdges(m_document->project()));
    m_problems.setProblems(m_document->project(), m_document->problems());
    const int count = m_problems.rowCount();
    m_problemTitle->setText(count == 0 ? tr("No problems") : tr("%n problem(s)", nullptr, count));
    showInspector();
    if (!m_fitted && isVisible())
        activated();
}

void DesignPage::showInspector()
{
    const curriculum::Node* node = m_document ? m_document->project().node(m_node.toStdString()) : nullptr;
    m_form->setVisible(node != nullptr);
    const bool replays = node && node->type == "rl";
    m_replay->setVisible(replays);
    if (!node) {
        m_title->setText(tr("No stage is selected"));
        m_summary->setText(tr("Click a stage to see and change its parameters."));
        return;
    }
    const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node->type);
    m_title->setText(QString::fromStdString(curriculum::displayTitle(*node)));
    m_summary->setText(spec ? QString::fromStdString(spec->summary) : tr("This stage type is not known."));
    if (replays) {
        const base::Json prompts = curriculum::fieldValue(*node, "prompts_per_step");
        const base::Json ratio = curriculum::fieldValue(*node, "replay_ratio");
        if (prompts.is_number_integer() && ratio.is_number())
            m_replay->setValues(ratio.get<double>(), std::max(1, prompts.get<int>()));
    }
    m_form->setFields(formFields(*node, m_document->problems()));
}

void DesignPage::editReplay(double ratio, int gesture)
{
    if (!m_node.isEmpty())
        commands::setField(*m_document, m_node.toStdString(), "replay_ratio", base::Json(ratio), gesture);
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
    m_form->focusField(index.data(models::ProblemListModel::FieldRole).toString());
}

void DesignPage::addAt(const QString& type, const QPointF& position)
{
    selectNode(QString::fromStdString(commands::addNode(*m_document, type.toStdString(), position)));
}

void DesignPage::removeSelected()
{
    std::vector<std::string> nodes;
    for (const QString& id : m_view->graph()->selectedNodes())
        nodes.push_back(id.toStdString());
    std::vector<curriculum::Edge> edges;
    for (const widgets::EdgeId& id : m_view->graph()->selectedEdges())
        edges.push_back(toEdge(id));
    if (nodes.empty() && edges.empty())
        return;
    commands::removeItems(*m_document, nodes, edges);
    m_toast->showUndo(tr("Removed %n stage(s)", nullptr, static_cast<int>(nodes.size())));
}

void DesignPage::registerActions(ActionRegistry& actions)
{
    const auto selected = [this] {
        std::vector<std::string> ids;
        for (const QString& id : m_view->graph()->selectedNodes())
            ids.push_back(id.toStdString());
        return ids;
    };
    actions.add(
        { QStringLiteral("design.bypass"), QStringLiteral("Edit"), tr("&Bypass stage"),
            tr("Leave the selected stages out of the run, or take them in again."),
            QStringLiteral("bypassed"), QKeySequence(Qt::CTRL | Qt::Key_B) },
        this, [this, selected] { commands::toggleBypassed(*m_document, selected()); },
        Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.duplicate"), QStringLiteral("Edit"), tr("&Duplicate stage"),
            tr("Copy the selected stages with the edges among them."), {},
            QKeySequence(Qt::CTRL | Qt::Key_D) },
        this, [this, selected] { commands::duplicateNodes(*m_document, selected()); },
        Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.fit"), QStringLiteral("View"), tr("&Fit graph"), tr("Show the whole graph."),
            {}, QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_F) },
        this, [this] { m_view->fit(); }, Qt::WidgetWithChildrenShortcut);
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
