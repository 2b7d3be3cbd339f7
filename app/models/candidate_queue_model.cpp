// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/candidate_queue_model.h"

#include "app/models/strings.h"
#include "core/store/audit_store.h"

#include <algorithm>

namespace msrl::models {

namespace {

// More changes than this at once are cheaper, and calmer to look at, as one reset.
constexpr std::size_t kResetAbove = 64;

} // namespace

CandidateQueueModel::CandidateQueueModel(QObject* parent)
    : QAbstractListModel(parent)
    , m_me(auditorNumber({}))
{
}

void CandidateQueueModel::clear()
{
    beginResetModel();
    m_items.clear();
    m_byId.clear();
    m_keys.clear();
    m_sorted.clear();
    m_passes.clear();
    m_shown.clear();
    m_facets.clear();
    m_facets.setFilter(m_filter);
    m_measure.clear();
    ++m_revision;
    endResetModel();
    Q_EMIT countsChanged();
}

std::uint16_t CandidateQueueModel::auditorNumber(const std::string& name)
{
    return m_auditors.try_emplace(name, static_cast<std::uint16_t>(m_auditors.size())).first->second;
}

void CandidateQueueModel::setAuditor(const std::string& name)
{
    m_me = auditorNumber(name);
    for (std::size_t i = 0; i < m_items.size(); ++i)
        m_facets.set(i, m_items[i], m_measure, m_me);
    rebuild();
}

void CandidateQueueModel::addItems(std::vector<store::CandidateSummary> items)
{
    if (items.empty())
        return;
    ++m_revision;
    m_items.reserve(m_items.size() + items.size());
    m_byId.reserve(m_items.size() + items.size());
    for (store::CandidateSummary& summary : items) {
        if (m_measure.empty() && !summary.confidence.empty())
            m_measure = summary.confidence.front().name;
        const auto [place, isNew] = m_byId.try_emplace(summary.sampleId, m_items.size());
        if (isNew)
            m_items.push_back({ std::move(summary), {} });
        else if (QueueItem& known = m_items[place->second]; known.summary.digest == summary.digest)
            known.summary = std::move(summary);
        else
            known = { std::move(summary), {} };
    }
    for (std::size_t i = 0; i < m_items.size(); ++i)
        m_facets.set(i, m_items[i], m_measure, m_me);
    sort();
    rebuild();
}

void CandidateQueueModel::take(const store::DecisionRow& decision, QueueItem& item)
{
    if (!store::isAbout(decision, item.summary.digest)) {
        item.hasEarlier = item.hasEarlier || decision.verdict != "pending";
        return;
    }
    std::vector<Opinion>& opinions = item.opinions;
    const Opinion opinion { auditorNumber(decision.auditor), statusOfVerdict(decision.verdict),
        decision.rowid, decision.verdict != "pending" && decision.caption == kWrongCaption };
    const auto own = std::find_if(
        opinions.begin(), opinions.end(), [&](const Opinion& one) { return one.auditor == opinion.auditor; });
    if (own == opinions.end())
        opinions.push_back(opinion);
    else
        *own = opinion;
}

void CandidateQueueModel::applyDecisions(const std::vector<store::DecisionRow>& decisions)
{
    std::vector<std::size_t> touched;
    for (const store::DecisionRow& decision : decisions) {
        const auto found = m_byId.find(decision.sampleId);
        if (found == m_byId.end())
            continue;
        take(decision, m_items[found->second]);
        m_facets.set(found->second, m_items[found->second], m_measure, m_me);
        touched.push_back(found->second);
    }
    if (touched.empty())
        return;
    ++m_revision;
    if (touched.size() > kResetAbove) {
        rebuild();
        return;
    }
    for (const std::size_t index : touched)
        refresh(index);
    Q_EMIT countsChanged();
}

void CandidateQueueModel::setFilter(QueueFilter filter)
{
    m_filter = std::move(filter);
    m_facets.setFilter(m_filter);
    rebuild();
}

void CandidateQueueModel::setOrder(QueueOrder order)
{
    if (order == m_order)
        return;
    m_order = order;
    sort();
    rebuild();
}

bool CandidateQueueModel::passes(const QueueItem& item, const QueueFilter& filter)
{
    if (filter.matches && !filter.matches->contains(item.summary.rowid))
        return false;
    if (filter.sample && !filter.sample->contains(item.summary.rowid))
        return false;
    if (!filter.confidence)
        return true;
    const double confidence = item.confidence(filter.confidence->measure);
    return confidence >= filter.confidence->from && confidence < filter.confidence->to;
}

bool CandidateQueueModel::accepts(std::size_t index) const
{
    return m_passes[index] != 0 && m_facets.accepts(index);
}

void CandidateQueueModel::rebuild()
{
    beginResetModel();
    m_passes.resize(m_items.size());
    for (std::size_t i = 0; i < m_items.size(); ++i)
        m_passes[i] = passes(m_items[i], m_filter) ? 1 : 0;
    m_shown.clear();
    for (const std::size_t index : m_sorted) {
        if (accepts(index))
            m_shown.push_back(index);
    }
    endResetModel();
    Q_EMIT countsChanged();
}

// Brings one item in line with the filter; it never moves.
void CandidateQueueModel::refresh(std::size_t item)
{
    const auto place = std::lower_bound(
        m_shown.begin(), m_shown.end(), item, [this](std::size_t a, std::size_t b) { return before(a, b); });
    const int row = static_cast<int>(place - m_shown.begin());
    const bool isShown = place != m_shown.end() && *place == item;
    const bool wanted = accepts(item);
    if (isShown && wanted) {
        Q_EMIT dataChanged(index(row), index(row));
    } else if (isShown) {
        beginRemoveRows({}, row, row);
        m_shown.erase(place);
        endRemoveRows();
    } else if (wanted) {
        beginInsertRows({}, row, row);
        m_shown.insert(place, item);
        endInsertRows();
    }
}

int CandidateQueueModel::numWithStatus(ItemStatus status) const
{
    return static_cast<int>(std::count_if(
        m_items.begin(), m_items.end(), [status](const QueueItem& item) { return item.status() == status; }));
}

int CandidateQueueModel::numToDecideAgain() const
{
    return static_cast<int>(std::count_if(
        m_items.begin(), m_items.end(), [](const QueueItem& item) { return item.isToDecideAgain(); }));
}

QueueCounts CandidateQueueModel::counts() const
{
    return m_facets.counts(m_passes);
}

const QueueItem* CandidateQueueModel::item(int row) const
{
    return row >= 0 && row < rowCount() ? &m_items[m_shown[static_cast<std::size_t>(row)]] : nullptr;
}

const QueueItem* CandidateQueueModel::find(const std::string& sampleId) const
{
    const auto found = m_byId.find(sampleId);
    return found == m_byId.end() ? nullptr : &m_items[found->second];
}

int CandidateQueueModel::rowOf(const std::string& sampleId) const
{
    const auto found = m_byId.find(sampleId);
    if (found == m_byId.end())
        return -1;
    const auto place = std::lower_bound(m_shown.begin(), m_shown.end(), found->second,
        [this](std::size_t a, std::size_t b) { return before(a, b); });
    return place != m_shown.end() && *place == found->second ? static_cast<int>(place - m_shown.begin()) : -1;
}

int CandidateQueueModel::nextUndecided(int row) const
{
    const int rows = rowCount();
    for (int i = 1; i <= rows; ++i) {
        const int at = (std::max(row, -1) + i) % rows;
        if (item(at)->status() == ItemStatus::Undecided)
            return at;
    }
    return -1;
}

std::vector<std::string> CandidateQueueModel::shownIds() const
{
    std::vector<std::string> ids;
    ids.reserve(m_shown.size());
    for (const std::size_t index : m_shown)
        ids.push_back(m_items[index].summary.sampleId);
    return ids;
}

int CandidateQueueModel::numPassing(const QueueFilter& filter) const
{
    FacetTable facets = m_facets;
    facets.setFilter(filter);
    int passing = 0;
    for (std::size_t i = 0; i < m_items.size(); ++i)
        passing += facets.accepts(i) && passes(m_items[i], filter) ? 1 : 0;
    return passing;
}

int CandidateQueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant CandidateQueueModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QueueItem& item = m_items[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
    case Qt::DisplayRole:
    case SampleIdRole:
        return toQt(item.summary.sampleId);
    case RowIdRole:
        return static_cast<qlonglong>(item.summary.rowid);
    case TaskRole:
        return taskText(item.summary.taskType);
    case StatusRole:
        return static_cast<int>(item.status());
    case ReviewRole:
        return static_cast<int>(item.review(m_me));
    case MachineRole:
        return static_cast<int>(item.machine());
    case LabelRole:
        return toQt(item.summary.label);
    case VotesARole:
        return item.summary.votesA;
    case VotesBRole:
        return item.summary.votesB;
    case VoteShareRole:
        return item.summary.voteShare;
    case ConfidenceRole:
        return item.confidence(m_measure);
    default:
        return {};
    }
}

} // namespace msrl::models
