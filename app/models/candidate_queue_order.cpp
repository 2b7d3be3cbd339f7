// SPDX-License-Identifier: GPL-3.0-or-later
// The orders of the auditor's queue.
#include "app/models/candidate_queue_model.h"
#include "core/judge/acceptance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

namespace msrl::models {

CandidateQueueModel::SortKey CandidateQueueModel::keyOf(const QueueItem& item) const
{
    const double confidence = item.confidence(m_measure);
    // Without a choice there is nothing to be confident of: these come first.
    const double sure = std::isnan(confidence) ? -std::numeric_limits<double>::infinity() : confidence;
    const int votes = item.summary.votesA + item.summary.votesB;
    const double apart
        = votes == 0 ? 0 : static_cast<double>(std::abs(item.summary.votesA - item.summary.votesB)) / votes;
    switch (m_order) {
    case QueueOrder::Disagreement:
        return { apart, sure };
    case QueueOrder::LowConfidence:
        return { sure, apart };
    case QueueOrder::Longest:
        return { -static_cast<double>(item.summary.numTokens), 0 };
    case QueueOrder::Telling:
    case QueueOrder::Random:
    case QueueOrder::AsWritten:
        break;
    }
    return {};
}

bool CandidateQueueModel::before(std::size_t a, std::size_t b) const
{
    const SortKey& one = m_keys[a];
    const SortKey& other = m_keys[b];
    return std::tuple(one.first, one.second, m_items[a].summary.rowid, a)
        < std::tuple(other.first, other.second, m_items[b].summary.rowid, b);
}

std::vector<std::size_t> CandidateQueueModel::drawn() const
{
    std::vector<std::string> ids;
    ids.reserve(m_items.size());
    for (const QueueItem& item : m_items)
        ids.push_back(item.summary.sampleId);
    return judge::drawOrder(ids, {});
}

std::vector<std::size_t> CandidateQueueModel::telling() const
{
    std::vector<judge::Looked> looked;
    std::vector<std::size_t> items; // of each of `looked`
    std::vector<std::size_t> random;
    for (const std::size_t index : drawn()) {
        const QueueItem& item = m_items[index];
        const double confidence = item.confidence(m_measure);
        if (item.summary.chosen < 0 || std::isnan(confidence))
            continue;
        const ItemStatus status = item.status();
        judge::Looked one { confidence, std::nullopt };
        if (status == ItemStatus::Accepted)
            one.right = true;
        else if (status == ItemStatus::Rejected || status == ItemStatus::Overridden)
            one.right = false;
        random.push_back(items.size());
        items.push_back(index);
        looked.push_back(one);
    }
    std::vector<std::size_t> order = judge::tellingOrder(looked, random);
    for (std::size_t& index : order)
        index = items[index];
    return order;
}

void CandidateQueueModel::sort()
{
    m_keys.resize(m_items.size());
    for (std::size_t i = 0; i < m_items.size(); ++i)
        m_keys[i] = keyOf(m_items[i]);
    if (m_order == QueueOrder::Random || m_order == QueueOrder::Telling) {
        for (SortKey& key : m_keys)
            key.first = static_cast<double>(m_items.size());
        double place = 0;
        for (const std::size_t index : m_order == QueueOrder::Random ? drawn() : telling())
            m_keys[index].first = place++;
    }
    m_sorted.resize(m_items.size());
    std::iota(m_sorted.begin(), m_sorted.end(), std::size_t { 0 });
    std::sort(
        m_sorted.begin(), m_sorted.end(), [this](std::size_t a, std::size_t b) { return before(a, b); });
}

} // namespace msrl::models
