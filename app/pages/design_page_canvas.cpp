// SPDX-License-Identifier: GPL-3.0-or-later
// The keys and the menu of the canvas.
#include "app/pages/action_registry.h"
#include "app/pages/design_page.h"
#include "app/pages/stage_inspector.h"
#include "widgets/graph/graph_view.h"

#include <QMenu>

#include <utility>

namespace msrl::pages {

namespace {

const QString kGroup = QStringLiteral("Graph");

QString latin(const char* text)
{
    return QLatin1String(text);
}

} // namespace

// These keys are the canvas's alone: in a field or a list the same keys write and choose.
void DesignPage::registerCanvasActions(ActionRegistry& actions)
{
    const auto add = [&](const char* name, const QString& text, const QString& tip, const QKeySequence& key,
                         auto call, const char* icon = "") {
        actions.add({ latin(name), kGroup, text, tip, latin(icon), key }, m_view, call, Qt::WidgetShortcut);
    };
    add("design.edit", tr("&Edit stage"), tr("Go to the first parameter of the selected stage."),
        QKeySequence(Qt::Key_Return), [this] { editSelected(); });
    add(
        "design.remove", tr("Re&move"),
        tr("Remove what is selected: stages with their edges, edges, frames."), QKeySequence(Qt::Key_Delete),
        [this] { removeSelected(); }, "trash");
    add("design.selectNone", tr("Select &nothing"),
        tr("Give up the selection and the edge that is being drawn."), QKeySequence(Qt::Key_Escape),
        [this] { m_view->release(); });
    add(
        "design.fit", tr("&Fit graph"), tr("Show the whole graph."), QKeySequence(Qt::Key_F),
        [this] { m_view->fit(); }, "fit");
    add(
        "design.zoomIn", tr("Zoom &in"), tr("Show the graph larger."), QKeySequence(Qt::Key_Plus),
        [this] { m_view->zoomIn(); }, "zoom-in");
    add(
        "design.zoomOut", tr("Zoom &out"), tr("Show the graph smaller."), QKeySequence(Qt::Key_Minus),
        [this] { m_view->zoomOut(); }, "zoom-out");
    add("design.zoomFull", tr("F&ull size"), tr("Show the graph at its full size."), QKeySequence(Qt::Key_0),
        [this] { m_view->resetZoom(); });
    actions.add(
        { latin("design.resetLayout"), QStringLiteral("View"), tr("Reset &layout"),
            tr("Give the parts of the Design page their usual sizes."), {}, {} },
        this, [this] { resetLayout(); }, Qt::WidgetWithChildrenShortcut);
    registerStepActions(actions);
}

void DesignPage::registerStepActions(ActionRegistry& actions)
{
    const struct
    {
        const char* name;
        QString move, go;
        Qt::Key key;
        QPointF direction;
    } steps[] = {
        { "Left", tr("Move left"), tr("Go left"), Qt::Key_Left, { -1, 0 } },
        { "Right", tr("Move right"), tr("Go right"), Qt::Key_Right, { 1, 0 } },
        { "Up", tr("Move up"), tr("Go up"), Qt::Key_Up, { 0, -1 } },
        { "Down", tr("Move down"), tr("Go down"), Qt::Key_Down, { 0, 1 } },
    };
    for (const auto& step : steps) {
        actions.add(
            { latin("design.move") + latin(step.name), kGroup, step.move,
                tr("Move the selected stages and frames by one step of the grid."), {},
                QKeySequence(step.key) },
            m_view, [this, way = step.direction] { m_view->nudge(way); }, Qt::WidgetShortcut);
        actions.add(
            { latin("design.go") + latin(step.name), kGroup, step.go,
                tr("Select the next stage in that direction."), {}, QKeySequence(Qt::ALT | step.key) },
            m_view, [this, way = step.direction] { m_view->step(way); }, Qt::WidgetShortcut);
    }
}

void DesignPage::registerFrameActions(ActionRegistry& actions)
{
    const auto add = [&](const char* name, const QString& text, const QString& tip, const QKeySequence& key,
                         auto call, const char* icon = "") {
        actions.add(
            { latin(name), kGroup, text, tip, latin(icon), key }, this, call, Qt::WidgetWithChildrenShortcut);
    };
    add(
        "design.frame", tr("Frame sta&ges"), tr("Put a titled frame around the selected stages."),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_G), [this] { frameSelected(); }, "frame");
    add("design.frameFit", tr("Fit frame to its stages"),
        tr("Make the selected frames just large enough for the stages in them."), {},
        [this] { fitFrames(m_view->graph()->selectedFrames()); });
    add("design.frameColour", tr("Colour of the frame…"),
        tr("Choose another colour for the selected frames."), {}, [this] { showFrameColours(); });
}

void DesignPage::editSelected()
{
    if (m_node.isEmpty())
        m_inspector->focusTitle();
    else
        m_inspector->focusFirst();
}

void DesignPage::showMenu(const QPoint& globalPosition)
{
    const widgets::GraphScene& graph = *m_view->graph();
    QStringList wanted;
    if (!graph.selectedNodes().isEmpty())
        wanted = { latin("design.edit"), latin("design.rename"), latin("design.connect"),
            latin("design.runTo"), latin("design.reviewTo"), {}, latin("design.bypass"),
            latin("design.freeze"), {}, latin("design.copy"), latin("design.duplicate"),
            latin("design.frame"), {}, latin("design.remove") };
    else if (!graph.selectedFrames().isEmpty())
        wanted = { latin("design.rename"), latin("design.frameColour"), latin("design.frameFit"), {},
            latin("design.copy"), latin("design.duplicate"), {}, latin("design.remove") };
    else if (!graph.selectedEdges().isEmpty())
        wanted = { latin("design.remove") };
    else
        wanted = { latin("design.search"), latin("design.paste"), latin("design.selectAll"), {},
            latin("design.layout"), latin("design.fit"), latin("design.zoomFull") };
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("canvasMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString& one : std::as_const(wanted)) {
        if (one.isEmpty())
            menu->addSeparator();
        else
            menu->addAction(m_actions->action(one));
    }
    menu->popup(globalPosition);
}

} // namespace msrl::pages
