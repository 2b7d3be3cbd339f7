// SPDX-License-Identifier: GPL-3.0-or-later
// The auditor's queue: search, order, facets with counts, and the list. What is typed is looked for when the
// typing pauses.
#pragma once

#include "app/models/candidate_queue_model.h"
#include "app/models/saved_filter.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <set>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QToolButton;
class QVBoxLayout;

namespace msrl::pages {

class QueueFacetPanel;
class SavedFilterButton;

class AuditQueuePanel : public QWidget
{
    Q_OBJECT

public:
    explicit AuditQueuePanel(models::CandidateQueueModel& model, QWidget* parent = nullptr);

    QListView& list() { return *m_list; }
    void setBlind(bool blind);
    void focusSearch();
    // The keys that its texts name, as they are now.
    void showKeys();
    // Takes back the search, all facets and what else narrows the queue; the order stays.
    void clearFilter();

    // Rowids of the items in which the words of a search occur.
    using Finder = std::function<models::RowIds(const QString& text)>;
    void setFinder(Finder find) { m_find = std::move(find); }
    // Shows what was saved: its search, facets and order.
    void apply(const models::SavedFilter& saved);
    SavedFilterButton& saved() { return *m_saved; }

Q_SIGNALS:
    void searchChanged(const QString& text);

private:
    models::SavedFilter seen(const QString& name) const;
    QString savedAs() const; // the name under which what is seen is saved; empty: none
    int numShownBy(const models::SavedFilter& saved) const;
    void showCounts();
    void fillOrder();
    void connectParts();
    void layOut();
    void layOutList(QVBoxLayout& layout);
    QWidget* makeLimits();
    void showLimits();

    models::CandidateQueueModel& m_model;
    QLineEdit* m_search = nullptr;
    SavedFilterButton* m_saved = nullptr;
    Finder m_find;
    QueueFacetPanel* m_facets = nullptr;
    QTimer m_pause; // between the last key and the search
    QComboBox* m_order = nullptr;
    QListView* m_list = nullptr;
    QLabel* m_shown = nullptr;
    QLabel* m_nothing = nullptr; // over the list when the filter leaves nothing
    QToolButton* m_clear = nullptr; // only while the filter hides something
    QToolButton* m_sample = nullptr; // what the Quality view narrowed the queue to; a click lifts it
    QToolButton* m_confidence = nullptr;
};

} // namespace msrl::pages
