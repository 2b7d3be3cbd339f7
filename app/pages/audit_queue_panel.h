// SPDX-License-Identifier: GPL-3.0-or-later
// The auditor's queue: search, order, facets with counts, and the list.
#pragma once

#include "app/models/candidate_queue_model.h"

#include <QWidget>

#include <functional>
#include <vector>

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QListView;
class QToolButton;

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
    QWidget* makeFacets();
    void addGroup(QGridLayout& grid, const QString& title, std::vector<Facet> facets);
    void showCounts();
    void addTaskFacets(const models::QueueCounts& counts);
    QWidget* makeLimits();
    void showLimits();
    template <class Value>
    QToolButton* makeChip(std::set<Value> models::QueueFilter::*facet, const Value& value);

    models::CandidateQueueModel& m_model;
    QLineEdit* m_search = nullptr;
    QComboBox* m_order = nullptr;
    QListView* m_list = nullptr;
    QLabel* m_shown = nullptr;
    QGridLayout* m_tasks = nullptr;
    QToolButton* m_sample = nullptr; // what the Quality view narrowed the queue to; a click lifts it
    QToolButton* m_confidence = nullptr;
    std::vector<Facet> m_facets;
    std::set<std::string> m_knownTasks;
};

} // namespace msrl::pages
