// SPDX-License-Identifier: GPL-3.0-or-later
// The Design page: the stage graph, the library to add from, the inspector, and the list of problems.
#pragma once

#include "app/models/node_status.h"
#include "app/models/problem_list_model.h"
#include "app/pages/page.h"

#include <QPointer>

#include <optional>
#include <string>
#include <vector>

class QLabel;
class QListView;

namespace msrl::widgets {
struct EdgeId;
class EmptyState;
class GraphView;
class Toast;
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

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeLeft();
    QWidget* makeCanvas();
    void connectGraph();
    void showProject();
    void showInspector();
    void readRun();
    void goToProblem(const QModelIndex& index);
    void addAt(const QString& type, const QPointF& position);
    void add(const QString& type); // where there is room
    QPointF freePlace() const;
    void registerGraphActions(ActionRegistry& actions);
    void registerArrangeActions(ActionRegistry& actions);
    void showConnections();
    void showStages();
    void showFields();
    void arrange(int how); // an Arrangement
    void placeInvitation();
    void removeSelected();
    void copySelected();
    void paste();
    std::vector<std::string> selectedIds() const;

    models::ProjectDocument* m_document = nullptr;
    QPointer<services::RunSession> m_session;
    std::optional<models::RunOfProject> m_run;
    models::ProblemListModel m_problems;
    QString m_node;
    bool m_fitted = false;

    widgets::GraphView* m_view = nullptr;
    widgets::EmptyState* m_invitation = nullptr; // over an empty canvas
    widgets::Toast* m_toast = nullptr;
    StageLibrary* m_library = nullptr;
    StageInspector* m_inspector = nullptr;
    StudiesPanel* m_studies = nullptr;
    QWidget* m_problemPanel = nullptr;
    QListView* m_problemView = nullptr;
    QLabel* m_problemTitle = nullptr;
};

} // namespace msrl::pages
