// SPDX-License-Identifier: GPL-3.0-or-later
// The filters that an auditor keeps under names: a button whose menu applies, saves, renames and deletes
// them, each with the number of items that it shows.
#pragma once

#include "app/models/saved_filter.h"

#include <QToolButton>

#include <functional>
#include <vector>

class QLineEdit;
class QMenu;

namespace msrl::pages {

inline constexpr int kFilterKeys = 9; // Alt+1 to Alt+9

class SavedFilterButton : public QToolButton
{
    Q_OBJECT

public:
    explicit SavedFilterButton(QWidget* parent = nullptr);

    // Where a name is asked for; hidden otherwise. The owner gives it a place.
    QLineEdit* nameLine() const { return m_name; }

    void setFilters(std::vector<models::SavedFilter> filters);
    const std::vector<models::SavedFilter>& filters() const { return m_filters; }
    // How many items a filter shows; asked when the menu opens.
    void setCounter(std::function<int(const models::SavedFilter&)> count) { m_count = std::move(count); }
    // Adds one, or replaces that of the same name.
    void add(models::SavedFilter saved);
    // The filter that is applied now; empty: none of them.
    void showName(const QString& name);

    void apply(int index); // an index beyond the list does nothing
    void askName(int renamed = -1); // of what is seen now, or a new one for a filter that is kept
    void remove(int index);
    void open(); // the menu
    // The key on the button, as it is now.
    void showKeys();

Q_SIGNALS:
    void applied(int index);
    void saveRequested(const QString& name);
    void changed(); // the list is another one: keep it
    void nameClosed();

private:
    void fillMenu();
    void takeName();
    void closeName();

    std::vector<models::SavedFilter> m_filters;
    std::function<int(const models::SavedFilter&)> m_count;
    QString m_applied; // the name of the filter that is
    int m_renamed = -1;
    QLineEdit* m_name = nullptr;
    QMenu* m_menu = nullptr;
};

} // namespace msrl::pages
