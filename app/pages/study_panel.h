// SPDX-License-Identifier: GPL-3.0-or-later
// A run group: how far it has come, its table with intervals, its plot, and its members one by one.
#pragma once

#include "app/models/group_members_model.h"
#include "app/models/group_table_model.h"
#include "app/pages/page.h"
#include "app/pages/table_copy.h"
#include "app/services/group_session.h"
#include "core/groups/summary.h"

#include <memory>
#include <optional>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedLayout;
class QTableView;

namespace msrl::widgets {
class ElidedLabel;
class StateLabel;
}

namespace msrl::pages {

class StudyPlotView;

class StudyPanel : public QWidget
{
    Q_OBJECT

public:
    explicit StudyPanel(const PageContext& context, QWidget* parent = nullptr);

    // Follows the group in this folder. Nothing changes, and failed() says why, where there is none.
    bool openGroup(const QString& folder);
    // Without an open group: opens the one that an engine works on, else the one that was open last, else the
    // newest. False: there is none.
    bool openSomeGroup();
    // An engine works on some group of the runs folder, or on the one that was open last.
    bool isAnyAtWork() const;
    void listGroups();
    void copy(TableForm form);
    void takeFocus();

    services::GroupSession* session() const { return m_session.get(); }
    const models::GroupTableModel& table() const { return m_tableModel; }

Q_SIGNALS:
    // An engine is wanted that goes on with the group; with what was given up, too, if it says so.
    void continueRequested(const QString& groupFolder, bool finishGivenUp);
    void runRequested(const QString& runFolder); // a member is to be seen as a run
    void groupOpened(); // another one than before
    // The engine of a group on another machine is to be signalled there.
    void remoteSignalRequested(const QString& runFolder, int signal);
    void designRequested();
    void membersChanged();
    void failed(const QString& text);
    void copied(const QString& what);
    void eventReported(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeContent();
    QWidget* makeHead();
    QWidget* makeFigures();
    QWidget* makeLower();
    QStringList knownGroups() const; // the one that was open last first
    void listPolicies();
    void showFigures();
    void showProgress();
    void showState();
    void showMembers();
    void act();
    void openMember(int row);
    void savePlot(const QByteArray& svg);

    PageContext m_context;
    std::unique_ptr<services::GroupSession> m_session;
    std::optional<groups::GroupSummary> m_summary;
    models::GroupTableModel m_tableModel;
    models::GroupMembersModel m_membersModel;
    bool m_wasWorking = false;
    QStackedLayout* m_stack = nullptr; // nothing yet, or a group
    QComboBox* m_groups = nullptr;
    QComboBox* m_policy = nullptr; // whose figures; empty data: each member's last
    QComboBox* m_columns = nullptr; // groups::TableColumns
    widgets::StateLabel* m_state = nullptr;
    widgets::ElidedLabel* m_progress = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton* m_act = nullptr; // stop or go on
    QTableView* m_table = nullptr;
    QLabel* m_notes = nullptr;
    QTableView* m_members = nullptr;
    StudyPlotView* m_plot = nullptr;
};

} // namespace msrl::pages
