// SPDX-License-Identifier: GPL-3.0-or-later
// The auditor's queue: what the teacher's paths came to for each item, beside what people decided about it.
// The machine's and the person's word are kept apart; the newest decision counts.
#pragma once

#include "core/store/rows.h"

#include <QAbstractListModel>

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace msrl::models {

enum class ItemStatus { Undecided, Accepted, Rejected, Overridden, Flagged };
enum class MachineChoice { Chosen, Tie, NoPath };
// How far the votes lie apart: level, at most a quarter of the paths, more, or all on one side.
enum class VoteMargin { Tie, Narrow, Clear, Unanimous };

struct QueueItem
{
    store::CandidateSummary summary;
    std::optional<store::DecisionRow> decision; // newest; a taken-back one ("pending") counts as none

    ItemStatus status() const;
    MachineChoice machine() const;
    VoteMargin margin() const;
    // The chosen path's confidence by `measure`; NaN without a chosen path.
    double confidence(const std::string& measure) const;
};

// The chosen path's confidence lies in [from, to); without one, or without a choice, it does not.
struct ConfidenceRange
{
    std::string measure;
    double from = 0;
    double to = 0;
};

// Each set lists what is shown; an empty one shows all.
struct QueueFilter
{
    std::set<ItemStatus> statuses;
    std::set<std::string> tasks;
    std::set<MachineChoice> machine;
    std::set<VoteMargin> margins;
    std::optional<std::set<std::int64_t>> matches; // rowids that a text search found
    std::optional<std::set<std::int64_t>> sample; // rowids of a random sample
    std::optional<ConfidenceRange> confidence;

    bool isOpen() const;
};

// How many items each value of a facet would show, the other facets being as they are.
struct QueueCounts
{
    std::map<ItemStatus, int> statuses;
    std::map<std::string, int> tasks;
    std::map<MachineChoice, int> machine;
    std::map<VoteMargin, int> margins;
};

enum class QueueOrder { Disagreement, LowConfidence, AsWritten };

class CandidateQueueModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        SampleIdRole = Qt::UserRole + 1,
        RowIdRole, // of the candidate in run.db
        TaskRole,
        StatusRole, // int of ItemStatus
        MachineRole, // int of MachineChoice
        LabelRole, // "A", "B" or empty
        VotesARole,
        VotesBRole,
        VoteShareRole,
        ConfidenceRole, // double, NaN without a chosen path
        ReasonRole,
    };

    explicit CandidateQueueModel(QObject* parent = nullptr);

    void clear();
    // Adds items (the teacher may still be writing); one that is known already is replaced.
    void addItems(std::vector<store::CandidateSummary> items);
    // The newest decision per item, in the order written.
    void applyDecisions(const std::vector<store::DecisionRow>& decisions);
    void setFilter(QueueFilter filter);
    void setOrder(QueueOrder order);

    const QueueFilter& filter() const { return m_filter; }
    QueueOrder order() const { return m_order; }
    // The confidence measure shown and sorted by: the first that the run names.
    const std::string& measure() const { return m_measure; }

    const std::vector<QueueItem>& items() const { return m_items; }
    int numItems() const { return static_cast<int>(m_items.size()); }
    int numWithStatus(ItemStatus status) const;
    QueueCounts counts() const;
    const QueueItem* item(int row) const;
    const QueueItem* find(const std::string& sampleId) const;
    // Row of an item in the list as filtered, -1 when it isn't shown.
    int rowOf(const std::string& sampleId) const;
    // The next shown row after `row` without a decision, going round once; -1 when there is none.
    int nextUndecided(int row) const;
    std::vector<std::string> shownIds() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    // Items, decisions or the filter changed: counts are to be asked again.
    void countsChanged();

private:
    bool accepts(const QueueItem& item) const;
    bool acceptsBesideFacets(const QueueItem& item) const; // search, sample and confidence
    bool before(std::size_t a, std::size_t b) const;
    void rebuild();
    void refresh(std::size_t index);

    std::vector<QueueItem> m_items;
    std::unordered_map<std::string, std::size_t> m_byId;
    std::vector<std::size_t> m_shown; // positions in m_items, in order
    QueueFilter m_filter;
    QueueOrder m_order = QueueOrder::Disagreement;
    std::string m_measure;
};

QString itemStatusText(ItemStatus status);
QString machineChoiceText(MachineChoice choice);
QString voteMarginText(VoteMargin margin);
// "image_understanding" -> "image understanding"
QString taskText(const std::string& taskType);
// A confidence as a share of a bar: a mean log-probability becomes the mean token's probability.
double confidenceShare(const std::string& measure, double value);

} // namespace msrl::models
