// SPDX-License-Identifier: GPL-3.0-or-later
// What rows of audit.db come to.
#include "core/store/audit_store.h"

#include <algorithm>
#include <utility>

namespace msrl::store {

bool isAbout(const DecisionRow& row, const std::string& digest)
{
    return row.judged.empty() || digest.empty() || row.judged == digest;
}

const DecisionRow* countingRow(const std::vector<DecisionRow>& rows, const std::string& digest)
{
    const DecisionRow* counts = nullptr;
    for (const DecisionRow& row : rows) {
        if (row.verdict == "pending" || !isAbout(row, digest) || (counts && row.rowid <= counts->rowid))
            continue;
        const bool saidAnew = std::any_of(rows.begin(), rows.end(), [&](const DecisionRow& other) {
            return other.auditor == row.auditor && other.rowid > row.rowid && isAbout(other, digest);
        });
        if (!saidAnew)
            counts = &row;
    }
    return counts;
}

DecisionCounts countDecisions(const std::vector<DecisionRow>& rows)
{
    DecisionCounts counts;
    for (const DecisionRow& row : rows) {
        int& count = row.verdict == "accept" ? counts.accepted
            : row.verdict == "reject"        ? counts.rejected
            : row.verdict == "override"      ? counts.overridden
            : row.verdict == "flag"          ? counts.flagged
                                             : counts.pending;
        ++count;
    }
    return counts;
}

base::Result<std::vector<DecisionRow>> AuditStore::counting(
    const std::string& stage, const CandidateDigests& set) const
{
    auto all = newestByAuditor(stage);
    if (!all)
        return all.error();
    std::vector<DecisionRow> counts;
    std::vector<DecisionRow> item;
    for (std::size_t i = 0; i < all->size(); ++i) {
        item.push_back(std::move((*all)[i]));
        if (i + 1 < all->size() && (*all)[i + 1].sampleId == item.front().sampleId)
            continue;
        const auto digest = set.find(item.front().sampleId);
        const DecisionRow* row = digest == set.end() ? nullptr : countingRow(item, digest->second);
        if (row)
            counts.push_back(*row);
        item.clear();
    }
    return counts;
}

} // namespace msrl::store
