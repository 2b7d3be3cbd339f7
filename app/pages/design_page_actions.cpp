// SPDX-License-Identifier: GPL-3.0-or-later
// What the Design page can be asked to do, by menu, palette or key; the graph needs no mouse.
#include "app/commands/arrange.h"
#include "app/commands/edits.h"
#include "app/models/project_document.h"
#include "app/models/table_text.h"
#include "app/pages/action_registry.h"
#include "app/pages/connection_choices.h"
#include "app/pages/design_page.h"
#include "app/pages/search_popup.h"
#include "app/pages/stage_inspector.h"
#include "app/pages/stage_library.h"
#include "app/pages/studies_panel.h"
#include "widgets/feedback/toast.h"
#include "widgets/graph/graph_view.h"
#include "widgets/theme/icons.h"

namespace msrl::pages {

using commands::Arrangement;

void DesignPage::registerActions(ActionRegistry& actions)
{
    m_actions = &actions;
    m_studies->setActions(actions);
    registerGraphActions(actions);
    registerFrameActions(actions);
    registerArrangeActions(actions);
    registerCanvasActions(actions);
    const auto selected = [this] { return selectedIds(); };
    actions.add(
        { QStringLiteral("design.copy"), QStringLiteral("Edit"), tr("&Copy stages"),
            tr("Put the selected stages and the edges among them on the clipboard, as text."),
            QStringLiteral("copy"), QKeySequence::Copy },
        this, [this] { copySelected(); }, Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.paste"), QStringLiteral("Edit"), tr("&Paste stages"),
            tr("Add the stages that the clipboard holds as text."), {}, QKeySequence::Paste },
        this, [this] { paste(); }, Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.bypass"), QStringLiteral("Graph"), tr("&Bypass stage"),
            tr("Leave the selected stages out of the run, or take them in again."),
            QStringLiteral("state-bypassed"), QKeySequence(Qt::CTRL | Qt::Key_B) },
        this, [this, selected] { commands::toggleBypassed(*m_document, selected()); },
        Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.freeze"), QStringLiteral("Graph"), tr("&Freeze stage"),
            tr("Keep the results of the selected stages, or let them be made again."),
            QStringLiteral("state-frozen"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F) },
        this, [this, selected] { commands::toggleFrozen(*m_document, selected()); },
        Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.rename"), QStringLiteral("Graph"), tr("Re&name"),
            tr("Give the selected stage or frame another title."), QStringLiteral("edit"),
            QKeySequence(Qt::Key_F2) },
        this, [this] { m_inspector->focusTitle(); }, Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.search"), QStringLiteral("Graph"), tr("Add &stage…"),
            tr("Search the stages that can be added."), QStringLiteral("search"), QKeySequence::Find },
        this, [this] { m_library->focusSearch(); }, Qt::WidgetWithChildrenShortcut);
    actions.add(
        { QStringLiteral("design.duplicate"), QStringLiteral("Edit"), tr("&Duplicate stage"),
            tr("Copy the selected stages with the edges among them."), {},
            QKeySequence(Qt::CTRL | Qt::Key_D) },
        this, [this] { duplicateSelected(); }, Qt::WidgetWithChildrenShortcut);
}

void DesignPage::registerGraphActions(ActionRegistry& actions)
{
    const auto add = [&](const char* id, const QString& text, const QString& tip, const QKeySequence& key,
                         auto call, const char* icon = "") {
        actions.add({ QLatin1String(id), QStringLiteral("Graph"), text, tip, QLatin1String(icon), key }, this,
            call, Qt::WidgetWithChildrenShortcut);
    };
    add(
        "design.connect", tr("C&onnect stage…"), tr("Choose an edge from or to the selected stage."),
        QKeySequence(Qt::CTRL | Qt::Key_E), [this] { showConnections(); }, "link");
    add(
        "design.runTo", tr("Run &to this stage"),
        tr("Start an engine that ends after the selected stage; what is still good is reused."),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T), [this] { runToSelected(false); }, "run");
    add("design.reviewTo", tr("Run to this stage: re&view…"),
        tr("Choose device, ranks and folder of a run that ends after the selected stage, and see its command "
           "line."),
        {}, [this] { runToSelected(true); });
    add("design.goTo", tr("&Go to stage…"), tr("Select a stage or a frame by its name."),
        QKeySequence(Qt::CTRL | Qt::Key_G), [this] { showStages(); });
    add("design.field", tr("Edit f&ield…"), tr("Go to a parameter of the selected stage by its name."),
        QKeySequence(Qt::CTRL | Qt::Key_I), [this] { showFields(); });
    add(
        "design.nextProblem", tr("Ne&xt problem"), tr("Go to where the next problem of the list is."),
        QKeySequence(Qt::Key_F8), [this] { stepProblem(1); }, "warning");
    add("design.previousProblem", tr("Previous problem"), tr("Go to where the problem before is."),
        QKeySequence(Qt::SHIFT | Qt::Key_F8), [this] { stepProblem(-1); });
    add("design.canvas", tr("Go to the gra&ph"), tr("Put the keyboard on the graph."),
        QKeySequence(Qt::Key_F6), [this] { m_view->setFocus(); });
    add("design.selectAll", tr("Select &all stages"), tr("Select every stage of the graph."),
        QKeySequence::SelectAll, [this] {
            QStringList ids;
            for (const curriculum::Node& node : m_document->project().nodes)
                ids << QString::fromStdString(node.id);
            m_view->graph()->select(ids);
        });
}

void DesignPage::registerArrangeActions(ActionRegistry& actions)
{
    const auto add = [&](const char* id, const QString& text, const QString& tip, Arrangement how,
                         const QKeySequence& key = {}, const char* icon = "") {
        actions.add(
            { QLatin1String(id), QStringLiteral("Graph"), text, tip, QLatin1String(icon), key }, this,
            [this, how] { arrange(static_cast<int>(how)); }, Qt::WidgetWithChildrenShortcut);
    };
    add("design.layout", tr("&Lay out graph"),
        tr("Put every stage right of what it takes in; of several selected stages only these."),
        Arrangement::Layers, QKeySequence(Qt::CTRL | Qt::Key_L), "layout");
    add("design.alignLeft", tr("Align le&ft edges"), tr("Put the selected stages under each other."),
        Arrangement::AlignLeft);
    add("design.alignTop", tr("Align &tops"), tr("Put the selected stages beside each other."),
        Arrangement::AlignTop);
    add("design.distributeAcross", tr("Distribute ac&ross"),
        tr("Even the distances of the selected stages from left to right."), Arrangement::DistributeAcross);
    add("design.distributeDown", tr("Distribute do&wn"),
        tr("Even the distances of the selected stages from top to bottom."), Arrangement::DistributeDown);
}

void DesignPage::runToSelected(bool review)
{
    if (m_node.isEmpty())
        m_toast->showText(tr("Select the stage to run to first."));
    else
        Q_EMIT runUntilRequested(m_node, review);
}

void DesignPage::arrange(int how)
{
    const int before = m_document->undoStack().index();
    commands::arrangeNodes(*m_document, selectedIds(), static_cast<Arrangement>(how));
    if (m_document->undoStack().index() == before)
        m_toast->showText(tr("Select the stages to arrange first: two to align, three to distribute."));
    else if (static_cast<Arrangement>(how) == Arrangement::Layers)
        m_view->fit();
}

void DesignPage::showConnections()
{
    if (m_node.isEmpty()) {
        m_toast->showText(tr("Select the stage to connect first."));
        return;
    }
    std::vector<SearchItem> items;
    for (const ConnectionChoice& choice : connectionChoices(m_document->project(), m_node.toStdString()))
        items.push_back({ choice.text, widgets::icon(QStringLiteral("link")), true, [this, choice] {
                             const QString refused = commands::connectPorts(*m_document, choice.edge);
                             if (!refused.isEmpty())
                                 m_toast->showText(refused);
                         } });
    if (items.empty())
        m_toast->showText(tr("No port of this stage fits a free port of another one."));
    else
        showSearch(tr("Connect this stage: name of a port or of the other stage"), std::move(items), this);
}

void DesignPage::showStages()
{
    std::vector<SearchItem> items;
    for (const curriculum::Node& node : m_document->project().nodes) {
        const curriculum::NodeTypeSpec* spec = curriculum::findNodeType(node.type);
        items.push_back(
            { stageLine(node), widgets::icon(QString::fromStdString(spec ? spec->icon : node.type)), true,
                [this, id = QString::fromStdString(node.id)] {
                    selectNode(id);
                    m_view->setFocus();
                } });
    }
    for (const curriculum::Frame& frame : m_document->project().frames)
        items.push_back({ tr("%1   frame").arg(QString::fromStdString(frame.title)),
            widgets::icon(QStringLiteral("frame")), true, [this, id = QString::fromStdString(frame.id)] {
                m_view->graph()->select({}, { id });
                m_view->revealFrame(id);
                m_view->setFocus();
            } });
    if (items.empty())
        m_toast->showText(tr("The graph has no stages yet."));
    else
        showSearch(tr("Name of the stage"), std::move(items), this);
}

void DesignPage::showFields()
{
    const curriculum::Node* node = m_document->project().node(m_node.toStdString());
    const curriculum::NodeTypeSpec* spec = node ? curriculum::findNodeType(node->type) : nullptr;
    if (!spec) {
        m_toast->showText(tr("Select the stage whose parameter you want first."));
        return;
    }
    std::vector<SearchItem> items;
    for (const curriculum::FieldSpec& field : spec->fields)
        if (curriculum::fieldApplies(*node, field))
            items.push_back({ QStringLiteral("%1   %2").arg(
                                  models::tableText(field.label), QString::fromStdString(field.name)),
                {}, true,
                [this, name = QString::fromStdString(field.name)] { m_inspector->focusField(name); } });
    showSearch(tr("Name of the parameter"), std::move(items), this);
}

} // namespace msrl::pages
