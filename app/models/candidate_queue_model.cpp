// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/candidate_queue_model.h"

#include "app/models/strings.h"
#include "core/judge/confidence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace msrl::models {

namespace {

// More changes than this at once are cheaper, and calmer to look at, as one reset.
constexpr std::size_t kResetAbove = 64;

template <class Value> bool shows(const std::set<Value>& wanted, const Value& value)
{
    return wanted.empty() || wanted.contains(value);
}

} // namespace

ItemStatus QueueItem::status() const
{
    if (!decision)
        return ItemStatus::Undecided;
    if (decision->verdict == "accept")
        return ItemStatus::Accepted;
    if (decision->verdict == "reject")
        return ItemStatus::Rejected;
    if (decision->verdict == "override")
        return ItemStatus::Overridden;
    if (decision->verdict == "flag")
        return ItemStatus::Flagged;
    return ItemStatus::Undecided;
}

MachineChoice QueueItem::machine() const
{
    if (summary.chosen >= 0)
        return MachineChoice::Chosen;
    const bool level = summary.votesA == summary.votesB && summary.votesA > 0;
    return level ? MachineChoice::Tie : MachineChoice::NoPath;
}

VoteMargin QueueItem::margin() const
{
    const int votes = summary.votesA + summary.votesB;
    const int apart = std::abs(summary.votesA - summary.votesB);
    if (apart == 0)
        return VoteMargin::Tie;
    if (apart == votes)
        return VoteMargin::Unanimous;
    return 4 * apart <= votes ? VoteMargin::Narrow : VoteMargin::Clear;
}

double QueueItem::confidence(const std::string& measure) const
{
    const auto found
        = summary.confidence.is_object() ? summary.confidence.find(measure) : summary.confidence.end();
    if (found == summary.confidence.end() || !found->is_number())
        return std::numeric_limits<double>::quiet_NaN();
    return found->get<double>();
}

bool QueueFilter::isOpen() const
{
    return statuses.empty() && tasks.empty() && machine.empty() && margins.empty() && !matches && !sample
        && !confidence;
}

CandidateQueueModel::CandidateQueueModel(QObject* parent)
    : QAbstractListModel(parent)
{
}

void CandidateQueueModel::clear()
{
    beginResetModel();
    m_items.clear();
    m_byId.clear();
    m_shown.clear();
    m_measure.clear();
    endResetModel();
    Q_EMIT countsChanged();
}

void CandidateQueueModel::addItems(std::vector<store::CandidateSummary> items)
{
    if (items.empty())
        return;
    for (store::CandidateSummary& summary : items) {
        if (m_measure.empty() && summary.confidence.is_object() && !summary.confidence.empty())
            m_measure = summary.confidence.begin().key();
        const auto [place, isNew] = m_byId.try_emplace(summary.sampleId, m_items.size());
        if (isNew)
            m_items.push_back({ std::move(summary), std::nullopt });
        else
            m_items[place->second].summary = std::move(summary);
    }
    rebuild();
}

void CandidateQueueModel::applyDecisions(const std::vector<store::DecisionRow>& decisions)
{
    std::set<std::size_t> touched;
    for (const store::DecisionRow& decision : decisions) {
        const auto found = m_byId.find(decision.sampleId);
        if (found == m_byId.end())
            continue;
        m_items[found->second].decision
            = decision.verdict == "pending" ? std::nullopt : std::optional<store::DecisionRow>(decision);
        touched.insert(found->second);
    }
    if (touched.empty())
        return;
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
    rebuild();
}

void CandidateQueueModel::setOrder(QueueOrder order)
{
    if (order == m_order)
        return;
    m_order = order;
    rebuild();
}

bool CandidateQueueModel::accepts(const QueueItem& item) const
{
    return shows(m_filter.statuses, item.status()) && shows(m_filter.tasks, item.summary.taskType)
        && shows(m_filter.machine, item.machine()) && shows(m_filter.margins, item.margin())
        && acceptsBesideFacets(item);
}

bool CandidateQueueModel::acceptsBesideFacets(const QueueItem& item) const
{
    if (m_filter.matches && !m_filter.matches->contains(item.summary.rowid))
        return false;
    if (m_filter.sample && !m_filter.sample->contains(item.summary.rowid))
        return false;
    if (!m_filter.confidence)
        return true;
    const double confidence = item.confidence(m_filter.confidence->measure);
    return confidence >= m_filter.confidence->from && confidence < m_filter.confidence->to;
}

bool CandidateQueueModel::before(std::size_t a, std::size_t b) const
{
    const auto key = [this](std::size_t index) {
        const QueueItem& item = m_items[index];
        const double confidence = item.confidence(m_measure);
        // Without a choice there is nothing to be confident of: these come first.
        const double sure = std::isnan(confidence) ? -std::numeric_limits<double>::infinity() : confidence;
        const int votes = item.summary.votesA + item.summary.votesB;
        const double apart = votes == 0
            ? 0
            : static_cast<double>(std::abs(item.summary.votesA - item.summary.votesB)) / votes;
        switch (m_order) {
        case QueueOrder::Disagreement:
            return std::tuple(apart, sure, item.summary.rowid, index);
        case QueueOrder::LowConfidence:
            return std::tuple(sure, apart, item.summary.rowid, index);
        case QueueOrder::AsWritten:
            break;
        }
        return std::tuple(0.0, 0.0, item.summary.rowid, index);
    };
    return key(a) < key(b);
}

void CandidateQueueModel::rebuild()
{
    beginResetModel();
    m_shown.clear();
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        if (accepts(m_items[i]))
            m_shown.push_back(i);
    }
    std::sort(m_shown.begin(), m_shown.end(), [this](std::size_t a, std::size_t b) { return before(a, b); });
    endResetModel();
    Q_EMIT countsChanged();
}

// Brings one item in line with the filter; the order doesn't depend on decisions, so it never moves.
void CandidateQueueModel::refresh(std::size_t item)
{
    const auto place = std::lower_bound(
        m_shown.begin(), m_shown.end(), item, [this](std::size_t a, std::size_t b) { return before(a, b); });
    const int row = static_cast<int>(place - m_shown.begin());
    const bool isShown = place != m_shown.end() && *place == item;
    const bool wanted = accepts(m_items[item]);
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

QueueCounts CandidateQueueModel::counts() const
{
    QueueCounts counts;
    for (const QueueItem& item : m_items) {
        if (!acceptsBesideFacets(item))
            continue;
        const bool status = shows(m_filter.statuses, item.status());
        const bool task = shows(m_filter.tasks, item.summary.taskType);
        const bool machine = shows(m_filter.machine, item.machine());
        const bool margin = shows(m_filter.margins, item.margin());
        counts.statuses[item.status()] += task && machine && margin ? 1 : 0;
        counts.tasks[item.summary.taskType] += status && machine && margin ? 1 : 0;
        counts.machine[item.machine()] += status && task && margin ? 1 : 0;
        counts.margins[item.margin()] += status && task && machine ? 1 : 0;
    }
    return counts;
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
    case ReasonRole:
        return toQt(item.summary.reason);
    default:
        return {};
    }
}

QString itemStatusText(ItemStatus status)
{
    switch (status) {
    case ItemStatus::Undecided:
        return QObject::tr("undecided");
    case ItemStatus::Accepted:
        return QObject::tr("accepted");
    case ItemStatus::Rejected:
        return QObject::tr("rejected");
    case ItemStatus::Overridden:
        return QObject::tr("overridden");
    case ItemStatus::Flagged:
        return QObject::tr("flagged");
    }
    return {};
}

QString machineChoiceText(MachineChoice choice)
{
    switch (choice) {
    case MachineChoice::Chosen:
        return QObject::tr("path chosen");
    case MachineChoice::Tie:
        return QObject::tr("tie");
    case MachineChoice::NoPath:
        return QObject::tr("no usable path");
    }
    return {};
}

QString voteMarginText(VoteMargin margin)
{
    switch (margin) {
    case VoteMargin::Tie:
        return QObject::tr("level");
    case VoteMargin::Narrow:
        return QObject::tr("narrow");
    case VoteMargin::Clear:
        return QObject::tr("clear");
    case VoteMargin::Unanimous:
        return QObject::tr("unanimous");
    }
    return {};
}

QString taskText(const std::string& taskType)
{
    return toQt(taskType).replace(QLatin1Char('_'), QLatin1Char(' '));
}

double confidenceShare(const std::string& measure, double value)
{
    if (!std::isfinite(value))
        return 0;
    return judge::asProbability(measure, value).value_or(std::clamp(value, 0.0, 1.0));
}

} // namespace msrl::models
