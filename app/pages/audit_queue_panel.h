// SPDX-License-Identifier: GPL-3.0-or-later
// The auditor's queue: search, order, facets with counts, and the list. What is typed is looked for when the
// typing pauses.
#pragma once

#include "app/models/candidate_queue_model.h"

#include <QTimer>
#include <QWidget>

#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QListView;
class QToolButton;
class QVBoxLayout;

namespace msrl::pages {

class AuditQueuePanel : public QWidget
{
    Q_OBJECT

public:
    explicit AuditQueuePanel(models::CandidateQueueModel& model, QWidget* parent = nullptr);

    QListView& list() { return *m_list; }
    void setBlind(bool blind);
    // Takes back the search, all facets and what else narrows the queue.
    void clearFilter();

Q_SIGNALS:
    void searchChanged(const QString& text);

private:
    struct Facet
    {
        QToolButton* button = nullptr;
        QString text;
        std::function<int(const models::QueueCounts&)> count;
    };
    struct Group
    {
        QWidget* box = nullptr;
        QToolButton* head = nullptr;
        QGridLayout* grid = nullptr;
        int columns = 2;
        int numChips = 0;
    };
    QWidget* makeFacets();
    Group& addGroup(const QString& title, bool open, int columns = 2);
    void addFacet(Group& group, Facet facet);
    template <class Value>
    void addValues(Group& group, std::set<Value> models::QueueFilter::*facet,
        std::map<Value, int> models::QueueCounts::*counts, QString (*text)(Value),
        std::initializer_list<Value> values);
    void showCounts();
    void addNamedFacets(const models::QueueCounts& counts);
    QWidget* makeLimits();
    void showLimits();
    template <class Value>
    QToolButton* makeChip(std::set<Value> models::QueueFilter::*facet, const Value& value);

    models::CandidateQueueModel& m_model;
    QLineEdit* m_search = nullptr;
    QTimer m_pause; // between the last key and the search
    QComboBox* m_order = nullptr;
    QListView* m_list = nullptr;
    QLabel* m_shown = nullptr;
    QVBoxLayout* m_facetColumn = nullptr;
    std::deque<Group> m_groups; // whose members stay where they are
    Group* m_tasks = nullptr;
    Group* m_sources = nullptr;
    QToolButton* m_sample = nullptr; // what the Quality view narrowed the queue to; a click lifts it
    QToolButton* m_confidence = nullptr;
    std::vector<Facet> m_facets;
    std::set<std::string> m_knownTasks;
    std::set<std::string> m_knownSources;
};

} // namespace msrl::pages
