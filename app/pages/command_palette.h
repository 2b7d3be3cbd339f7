// SPDX-License-Identifier: GPL-3.0-or-later
// Every action of the studio behind one search line.
#pragma once

#include <QDialog>

class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace msrl::pages {

class ActionRegistry;

class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    explicit CommandPalette(ActionRegistry& actions, QWidget* parent = nullptr);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void runCurrent();

    QLineEdit* m_search = nullptr;
    QListView* m_list = nullptr;
    QStandardItemModel* m_items = nullptr;
    QSortFilterProxyModel* m_filter = nullptr;
};

} // namespace msrl::pages
