// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of every action: searched, recorded, given back their defaults. A change holds at once; keys that
// another action answers too are named with it and given over only when asked.
#pragma once

#include "app/pages/action_registry.h"

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace msrl::pages {

class KeymapDialog : public QDialog
{
    Q_OBJECT

public:
    // The registry outlives the dialog.
    explicit KeymapDialog(ActionRegistry& actions, QWidget* parent = nullptr);

private:
    void layOut();
    void connectParts();
    void fill();
    void showRow(QTreeWidgetItem& row);
    void showRows(); // after a change of any key
    void showSelected();
    void filter(const QString& text);
    void showConflict();
    void record();
    void assign(const QKeySequence& keys); // and takes them from others
    QAction* current() const; // null: none is selected

    ActionRegistry& m_actions;
    QLineEdit* m_search = nullptr;
    QTreeWidget* m_list = nullptr;
    QLabel* m_name = nullptr;
    QKeySequenceEdit* m_keys = nullptr;
    QLabel* m_conflict = nullptr;
    QPushButton* m_take = nullptr;
    QPushButton* m_clear = nullptr;
    QPushButton* m_reset = nullptr;
    QPushButton* m_resetAll = nullptr;
};

} // namespace msrl::pages
