// SPDX-License-Identifier: GPL-3.0-or-later
// Edits that hands make on the canvas, and what happens to whatever is selected there.
#include "app/commands/edits.h"
#include "app/commands/frames.h"
#include "app/models/counted_text.h"
#include "app/models/project_document.h"
#include "app/pages/design_page.h"
#include "app/pages/frame_panel.h"
#include "app/pages/graph_values.h"
#include "app/pages/search_popup.h"
#include "app/pages/stage_inspector.h"
#include "widgets/feedback/toast.h"
#include "widgets/graph/graph_view.h"

#include <QClipboard>
#include <QGuiApplication>

namespace msrl::pages {

namespace {

std::vector<std::string> toIds(const QStringList& names)
{
    std::vector<std::string> ids;
    for (const QString& name : names)
        ids.push_back(name.toStdString());
    return ids;
}

QStringList toNames(const std::vector<std::string>& ids)
{
    QStringList names;
    for (const std::string& id : ids)
        names << QString::fromStdString(id);
    return names;
}

} // namespace

void DesignPage::connectEdits()
{
    widgets::GraphScene* graph = m_view->graph();
    connect(graph, &widgets::GraphScene::itemsMoved, this, &DesignPage::moveItems);
    connect(graph, &widgets::GraphScene::connectRequested, this, [this](const widgets::EdgeId& id) {
        const QString refused = commands::connectPorts(*m_document, toEdge(id));
        if (!refused.isEmpty())
            m_toast->showText(refused);
    });
    connect(graph, &widgets::GraphScene::reconnectRequested, this,
        [this](const widgets::EdgeId& id, const widgets::EdgeId& instead) {
            const QString refused = commands::reconnect(*m_document, toEdge(id), toEdge(instead));
            if (!refused.isEmpty())
                m_toast->showText(refused);
        });
    connect(graph, &widgets::GraphScene::disconnectRequested, this, [this](const widgets::EdgeId& id) {
        commands::removeItems(*m_document, {}, { toEdge(id) });
        m_toast->showUndo(tr("Removed the edge"));
    });
}

void DesignPage::moveItems(const QVector<widgets::NodeMove>& nodes, const QVector<widgets::FrameMove>& frames)
{
    std::vector<std::pair<std::string, QPointF>> positions;
    for (const widgets::NodeMove& move : nodes)
        positions.emplace_back(move.id.toStdString(), move.position);
    std::vector<std::pair<std::string, QRectF>> areas;
    for (const widgets::FrameMove& move : frames)
        areas.emplace_back(move.id.toStdString(), move.area);
    if (areas.empty())
        commands::moveNodes(*m_document, positions);
    else
        commands::placeFrames(*m_document, areas, positions);
}

std::vector<std::string> DesignPage::selectedIds() const
{
    return toIds(m_view->graph()->selectedNodes());
}

// A frame is copied with what lies in it.
DesignPage::Picked DesignPage::picked() const
{
    const widgets::GraphScene& graph = *m_view->graph();
    QStringList nodes = graph.selectedNodes();
    const QStringList frames = graph.selectedFrames();
    for (const QString& frame : frames)
        nodes << graph.nodesInside(frame);
    nodes.removeDuplicates();
    return { toIds(nodes), toIds(frames) };
}

void DesignPage::removeSelected()
{
    const std::vector<std::string> nodes = selectedIds();
    const std::vector<std::string> frames = toIds(m_view->graph()->selectedFrames());
    std::vector<curriculum::Edge> edges;
    for (const widgets::EdgeId& id : m_view->graph()->selectedEdges())
        edges.push_back(toEdge(id));
    if (nodes.empty() && edges.empty() && frames.empty())
        return;
    commands::removeItems(*m_document, nodes, edges, frames);
    const auto count = [](const auto& items) { return static_cast<int>(items.size()); };
    if (!nodes.empty())
        m_toast->showUndo(
            models::countedText(count(nodes), tr("Removed one stage"), tr("Removed %1 stages")));
    else if (!frames.empty())
        m_toast->showUndo(models::countedText(count(frames), tr("Removed one frame; its stages stay"),
            tr("Removed %1 frames; their stages stay")));
    else
        m_toast->showUndo(models::countedText(count(edges), tr("Removed one edge"), tr("Removed %1 edges")));
}

void DesignPage::copySelected()
{
    const Picked items = picked();
    if (items.nodes.empty() && items.frames.empty()) {
        m_toast->showText(tr("Select the stages to copy first."));
        return;
    }
    QGuiApplication::clipboard()->setText(
        QString::fromStdString(commands::copiedText(*m_document, items.nodes, items.frames)));
    m_toast->showText(models::countedText(static_cast<int>(items.nodes.size()),
        tr("Copied one stage as text"), tr("Copied %1 stages as text")));
}

void DesignPage::duplicateSelected()
{
    const Picked items = picked();
    selectCopies(commands::duplicateItems(*m_document, items.nodes, items.frames));
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
    selectCopies(*pasted);
    m_toast->showUndo(models::countedText(
        static_cast<int>(pasted->nodes.size()), tr("Pasted one stage"), tr("Pasted %1 stages")));
}

void DesignPage::selectCopies(const commands::Copies& copies)
{
    if (!copies.nodes.empty() || !copies.frames.empty())
        m_view->graph()->select(toNames(copies.nodes), toNames(copies.frames));
}

void DesignPage::frameSelected()
{
    const QRectF area = m_view->graph()->frameAround(m_view->graph()->selectedNodes());
    if (area.isEmpty()) {
        m_toast->showText(tr("Select the stages to put a frame around first."));
        return;
    }
    const std::string id = commands::addFrame(*m_document, tr("Stages").toStdString(), area);
    m_view->graph()->select({}, { QString::fromStdString(id) });
    m_inspector->focusTitle(); // its name can be typed at once
}

void DesignPage::fitFrames(const QStringList& frames)
{
    std::vector<std::pair<std::string, QRectF>> areas;
    for (const QString& frame : frames) {
        const QRectF area = m_view->graph()->frameAround(m_view->graph()->nodesInside(frame));
        if (!area.isEmpty())
            areas.emplace_back(frame.toStdString(), area);
    }
    if (areas.empty())
        m_toast->showText(tr("Select a frame with stages in it first."));
    else
        commands::placeFrames(*m_document, areas);
}

void DesignPage::showFrameColours()
{
    const std::vector<std::string> frames = toIds(m_view->graph()->selectedFrames());
    if (frames.empty()) {
        m_toast->showText(tr("Select the frame to colour first."));
        return;
    }
    std::vector<SearchItem> items;
    for (const std::string& colour : curriculum::frameColours())
        items.push_back({ frameColourWord(colour), frameColourIcon(colour), true,
            [this, frames, colour] { commands::recolourFrames(*m_document, frames, colour); } });
    showSearch(tr("Colour of the frame"), std::move(items), this);
}

} // namespace msrl::pages
