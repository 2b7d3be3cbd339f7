// SPDX-License-Identifier: GPL-3.0-or-later
// Runs side by side: a list with check boxes, their curves over each other, and what differs between their
// configurations.
#pragma once

#include "app/models/run_differences.h"
#include "app/pages/run_overlay.h"

#include <QHash>
#include <QSet>
#include <QWidget>

class QLabel;
class QLineEdit;
class QStackedLayout;
class QTableView;
class QTreeWidget;
class QTreeWidgetItem;

namespace msrl::pages {

struct ListedRun
{
    QString title;
    QString path; // of the run folder
    QString state; // in a word

    bool operator==(const ListedRun&) const = default;
};

class RunComparison : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMostRuns = 8; // as many as there are colours that are told apart

    explicit RunComparison(double smoothing, QWidget* parent = nullptr);

    // In the order of the list. Checked runs stay checked; the first time the first two are.
    void setRuns(const QList<ListedRun>& runs);
    // In the order in which they were checked: the first is what the others are held against.
    QStringList checkedRuns() const { return m_checked; }
    const models::RunDifferencesModel& differences() const { return m_differences; }
    const RunOverlay& overlay() const { return *m_overlay; }
    void takeFocus();

Q_SIGNALS:
    void runRequested(const QString& runFolder);
    void designRequested();
    void smoothingChanged(double weight);
    void failed(const QString& text);
    void copied(const QString& what);

protected:
    void changeEvent(QEvent* event) override;

private:
    enum ListColumn { Title, State };
    static constexpr int kPathRole = Qt::UserRole; // of a list's item

    QWidget* makeList();
    QWidget* makeDifferences();
    // run_choice.cpp
    void fill();
    void filter();
    void toggled(QTreeWidgetItem* item);
    void compare();
    void paintChecks();
    const ListedRun* find(const QString& path) const;

    QList<ListedRun> m_runs;
    QStringList m_checked; // paths
    QHash<QString, int> m_colours; // by path, of the checked ones
    bool m_hasChosen = false;
    models::RunDifferencesModel m_differences;
    QStackedLayout* m_stack = nullptr;
    QLineEdit* m_search = nullptr;
    QTreeWidget* m_list = nullptr;
    QLabel* m_count = nullptr;
    RunOverlay* m_overlay = nullptr;
    QLabel* m_summary = nullptr;
    QTableView* m_table = nullptr;
};

} // namespace msrl::pages
