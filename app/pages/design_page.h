// SPDX-License-Identifier: GPL-3.0-or-later
// The Design page: the stage graph, the library to add from, the inspector, and the list of problems.
#pragma once

#include "app/models/node_status.h"
#include "app/models/problem_list_model.h"
#include "app/pages/page.h"

#include <QPointer>
#include <QStringList>
#include <QVector>

#include <map>
#include <optional>
#include <string>
#include <vector>

class QLabel;
class QListView;
class QSplitter;

namespace msrl::widgets {
struct EdgeId;
struct FrameMove;
struct NodeMove;
class EmptyState;
class GraphView;
class Toast;
}

namespace msrl::commands {
struct Copies;
}

namespace msrl::pages {

class StageInspector;
class StageLibrary;
class StudiesPanel;

class DesignPage : public Page
{
    Q_OBJECT

public:
    explicit DesignPage(const PageContext& context, QWidget* parent = nullptr);

    void setProject(models::ProjectDocument& document) override;
    void setSession(services::RunSession* session) override;
    void registerActions(ActionRegistry& actions) override;
    void activated() override;

    void selectNode(const QString& id);
    QString selectedNode() const { return m_node; }
    // Selects the stage and gives the field the focus; an empty or unknown field leaves the focus.
    void showField(const QString& node, const QString& field);

Q_SIGNALS:
    // Ask the window to run the project up to this stage, or for a study of its replay ratio.
    void runUntilRequested(const QString& node, bool review); // first
    void sweepRequested(const QString& node);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void keepSizes(QSplitter& splitter, const QString& name);
    void setUsualSizes();
    void resetLayout();
    QWidget* makeLeft();
    QWidget* makeCanvas();
    void connectGraph();
    void showSelection(const QStringList& nodes);
    void showProject();
    void followRun();
    void showStates();
    void showStatus();
    void showInspector();
    void readRun();
    void goToProblem(const QModelIndex& index);
    void stepProblem(int by); // round the list
    void addAt(const QString& type, const QPointF& position);
    void add(const QString& type); // where there is room
    QPointF freePlace() const;
    void registerGraphActions(ActionRegistry& actions);
    void registerArrangeActions(ActionRegistry& actions);
    void showConnections();
    void showStages();
    void showFields();
    void runToSelected(bool review);
    void arrange(int how); // an Arrangement
    void placeInvitation();
    // design_page_canvas.cpp
    void registerCanvasActions(ActionRegistry& actions);
    void registerStepActions(ActionRegistry& actions);
    void registerFrameActions(ActionRegistry& actions);
    void editSelected();
    void showMenu(const QPoint& globalPosition);
    // design_page_edits.cpp
    struct Picked
    {
        std::vector<std::string> nodes, frames;
    };
    void connectEdits();
    void moveItems(const QVector<widgets::NodeMove>& nodes, const QVector<widgets::FrameMove>& frames);
    std::vector<std::string> selectedIds() const;
    Picked picked() const;
    void removeSelected();
    void copySelected();
    void duplicateSelected();
    void paste();
    void selectCopies(const commands::Copies& copies);
    void frameSelected();
    void fitFrames(const QStringList& frames);
    void showFrameColours();

    services::Settings& m_settings;
    models::ProjectDocument* m_document = nullptr;
    QPointer<services::RunSession> m_session;
    std::optional<models::RunOfProject> m_run;
    std::map<std::string, models::NodeStatus> m_statuses; // by node id
    models::ProblemListModel m_problems;
    QString m_node; // the only one selected
    QString m_frame; // as well
    ActionRegistry* m_actions = nullptr;
    bool m_fitted = false;
    bool m_isBehind = false; // the states, while the page was hidden

    widgets::GraphView* m_view = nullptr;
    widgets::EmptyState* m_invitation = nullptr; // over an empty canvas
    widgets::Toast* m_toast = nullptr;
    QSplitter* m_columns = nullptr;
    QSplitter* m_rows = nullptr;
    StageLibrary* m_library = nullptr;
    StageInspector* m_inspector = nullptr;
    StudiesPanel* m_studies = nullptr;
    QWidget* m_problemPanel = nullptr;
    QListView* m_problemView = nullptr;
    QLabel* m_problemTitle = nullptr;
};

} // namespace msrl::pages
