// SPDX-License-Identifier: GPL-3.0-or-later
// A list behind one search line, over the window: typing narrows it to the lines with all typed words, Return
// does what the line says. Lines that cannot be taken now are shown and passed over.
#pragma once

#include <QDialog>
#include <QIcon>

#include <functional>
#include <vector>

class QLabel;
class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace msrl::pages {

struct SearchItem
{
    QString text;
    QIcon icon;
    bool enabled = true;
    std::function<void()> act; // called after the popup has gone
    QString detail = {}; // at the right edge, a key
};

class SearchPopup : public QDialog
{
    Q_OBJECT

public:
    SearchPopup(const QString& prompt, std::vector<SearchItem> items, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void layOut();
    void narrow(const QString& text);
    void step(int by);
    void runCurrent();

    std::vector<SearchItem> m_choices;
    QLineEdit* m_search = nullptr;
    QListView* m_list = nullptr;
    QLabel* m_nothing = nullptr; // in the list's place
    QStandardItemModel* m_items = nullptr;
    QSortFilterProxyModel* m_filter = nullptr;
};

// Shows one that deletes itself.
void showSearch(const QString& prompt, std::vector<SearchItem> items, QWidget* parent);

} // namespace msrl::pages
