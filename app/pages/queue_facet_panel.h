// SPDX-License-Identifier: GPL-3.0-or-later
// The facets of the auditor's queue: what it may be narrowed by, each value with the number of items that it
// leaves. As high as what it holds, where there is room.
#pragma once

#include "app/models/queue_facets.h"

#include <QScrollArea>

#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <vector>

class QGridLayout;
class QToolButton;
class QVBoxLayout;

namespace msrl::models {
class CandidateQueueModel;
}

namespace msrl::pages {

class QueueFacetPanel : public QScrollArea
{
    Q_OBJECT

public:
    // What is pressed becomes the model's filter.
    explicit QueueFacetPanel(models::CandidateQueueModel& model, QWidget* parent = nullptr);

    void showCounts(const models::QueueCounts& counts);
    // Presses the chips of a filter that came from elsewhere, and unfolds their groups.
    void showFilter(const models::QueueFilter& filter);
    // Hides what tells the machine's or another auditor's opinion, and lifts filters of it.
    void setBlind(bool blind);
    QSize sizeHint() const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Facet
    {
        QToolButton* button = nullptr;
        QToolButton* head = nullptr; // of its group
        QString text;
        std::function<int(const models::QueueCounts&)> count;
        std::function<bool(const models::QueueFilter&)> isWanted;
    };
    struct Group
    {
        QWidget* box = nullptr;
        QToolButton* head = nullptr;
        QGridLayout* grid = nullptr;
        int columns = 2;
        int numChips = 0;
        bool isTelling = false;
    };
    Group& addGroup(const QString& title, bool open, int columns = 2);
    Group& addTelling(const QString& title, bool open, int columns = 2);
    void addFacet(Group& group, Facet facet);
    template <class Value>
    void addValues(Group& group, std::set<Value> models::QueueFilter::*facet,
        std::map<Value, int> models::QueueCounts::*counts, QString (*text)(Value),
        std::initializer_list<Value> values);
    template <class Value>
    QToolButton* makeChip(std::set<Value> models::QueueFilter::*facet, const Value& value);
    // A facet whose values are known from the items only.
    struct NamedFacet
    {
        Group* group = nullptr;
        std::set<std::string> models::QueueFilter::*wanted = nullptr;
        std::map<std::string, int> models::QueueCounts::*counts = nullptr;
        std::function<QString(const std::string&)> text;
        bool always = false; // shown with a single value too
        std::set<std::string> known;
    };
    void showNamed(const NamedFacet& facet);
    void addNamedFacets(const models::QueueCounts& counts);
    void addNames(NamedFacet& facet, const std::map<std::string, int>& counts);

    models::CandidateQueueModel& m_model;
    bool m_blind = false;
    QVBoxLayout* m_column = nullptr;
    std::deque<Group> m_groups; // whose members stay where they are
    std::vector<NamedFacet> m_named;
    std::vector<Facet> m_facets;
};

} // namespace msrl::pages
