// SPDX-License-Identifier: GPL-3.0-or-later
// The auditor's queue: what the teacher's paths came to for each item, beside what people decided about it.
// Made for a hundred thousand items: it holds no texts but the names, and changes of the filter touch small
// numbers only.
#pragma once

#include "app/models/queue_facets.h"
#include "app/models/queue_item.h"

#include <QAbstractListModel>

#include <unordered_map>
#include <vector>

namespace msrl::models {

// Telling: whose decision says most about the set (judge::tellingOrder), by what is decided when the order is
// chosen; ties and decided ones come last. Random is the same order each time, for everybody.
enum class QueueOrder { Disagreement, LowConfidence, Telling, Longest, Random, AsWritten };

class CandidateQueueModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        SampleIdRole = Qt::UserRole + 1,
        RowIdRole, // of the candidate in run.db
        TaskRole,
        StatusRole, // int of ItemStatus
        ReviewRole, // int of Review
        MachineRole, // int of MachineChoice
        LabelRole, // "A", "B" or empty
        VotesARole,
        VotesBRole,
        VoteShareRole,
        ConfidenceRole, // double, NaN without a chosen path
    };

    explicit CandidateQueueModel(QObject* parent = nullptr);

    void clear();
    // Whose decisions are "mine" among the reviews.
    void setAuditor(const std::string& name);
    // Adds items (the teacher may still be writing); one that is known already is replaced. What was decided
    // about other paths of it is to be applied again.
    void addItems(std::vector<store::CandidateSummary> items);
    // Decisions in the order written; an auditor's earlier one about the same item is replaced. One about
    // other paths than the item's decides nothing.
    void applyDecisions(const std::vector<store::DecisionRow>& decisions);
    void setFilter(QueueFilter filter);
    void setOrder(QueueOrder order);

    const QueueFilter& filter() const { return m_filter; }
    QueueOrder order() const { return m_order; }
    // The confidence measure shown and sorted by: the first that the run names.
    const std::string& measure() const { return m_measure; }

    const std::vector<QueueItem>& items() const { return m_items; }
    // Another number after every change of items or decisions; the filter and the order leave it.
    std::uint64_t revision() const { return m_revision; }
    int numItems() const { return static_cast<int>(m_items.size()); }
    int numWithStatus(ItemStatus status) const;
    int numToDecideAgain() const;
    QueueCounts counts() const;
    const QueueItem* item(int row) const;
    const QueueItem* find(const std::string& sampleId) const;
    Review review(const QueueItem& item) const { return item.review(m_me); }
    // Row of an item in the list as filtered, -1 when it isn't shown.
    int rowOf(const std::string& sampleId) const;
    // The next shown row after `row` without a decision, going round once; -1 when there is none.
    int nextUndecided(int row) const;
    std::vector<std::string> shownIds() const;
    // How many items another filter would show.
    int numPassing(const QueueFilter& filter) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    // Items, decisions or the filter changed: counts are to be asked again.
    void countsChanged();

private:
    // Items sort by these, then by the order written. The order doesn't depend on decisions.
    struct SortKey
    {
        double first = 0;
        double second = 0;
    };

    std::uint16_t auditorNumber(const std::string& name);
    SortKey keyOf(const QueueItem& item) const;
    bool before(std::size_t a, std::size_t b) const;
    static bool passes(const QueueItem& item, const QueueFilter& filter); // search, sample and confidence
    bool accepts(std::size_t index) const;
    void take(const store::DecisionRow& decision, QueueItem& item);
    std::vector<std::size_t> drawn() const; // all items in random order
    std::vector<std::size_t> telling() const;
    void sort();
    void rebuild();
    void refresh(std::size_t index);

    std::vector<QueueItem> m_items;
    std::unordered_map<std::string, std::size_t> m_byId;
    std::vector<SortKey> m_keys; // one per item
    std::vector<std::size_t> m_sorted; // all positions in m_items, in order
    std::vector<std::uint8_t> m_passes; // one per item: passes(), kept
    std::vector<std::size_t> m_shown; // the part of m_sorted that the filter leaves
    FacetTable m_facets;
    QueueFilter m_filter;
    QueueOrder m_order = QueueOrder::Disagreement;
    std::string m_measure;
    std::unordered_map<std::string, std::uint16_t> m_auditors;
    std::uint16_t m_me = 0;
    std::uint64_t m_revision = 0;
};

} // namespace msrl::models
