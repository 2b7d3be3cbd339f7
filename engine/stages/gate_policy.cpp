// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/gate_policy.h"

#include "core/judge/acceptance.h"

#include <algorithm>

namespace msrl::stages {

base::Result<Decisions> readDecisions(StageContext& context, const std::string& teacher)
{
    base::Result<std::vector<store::DecisionRow>> rows = context.audit.decisions(teacher);
    if (!rows)
        return rows.error();
    Decisions decisions;
    for (store::DecisionRow& row : *rows)
        decisions[row.sampleId] = std::move(row);
    return decisions;
}

bool meetsThresholds(const StageContext& context, const store::CandidateRow& row)
{
    if (context.text("policy") == "by_hand")
        return false;
    if (row.voteShare < context.real("min_vote_share"))
        return false;
    const base::Json& confidence = row.paths[static_cast<std::size_t>(row.chosen)].confidence;
    const auto value = confidence.find(context.text("confidence"));
    return value != confidence.end() && value->is_number()
        && value->get<double>() >= context.real("min_confidence");
}

std::int64_t sampleSize(const StageContext& context)
{
    const std::int64_t wanted = context.integer("sample");
    return wanted > 0 ? wanted : judge::checksFor(context.real("max_error"));
}

GateSample lookAtSample(const StageContext& context, const std::string& teacher,
    const std::vector<CandidateItem>& items, const Decisions& decisions)
{
    std::vector<std::string> ids;
    for (const CandidateItem& item : items) {
        if (item.row.chosen >= 0 && meetsThresholds(context, item.row))
            ids.push_back(item.row.sampleId);
    }
    const std::vector<std::size_t> order = judge::drawOrder(ids, teacher);
    GateSample sample;
    sample.drawn = static_cast<int>(
        std::min<std::int64_t>(sampleSize(context), static_cast<std::int64_t>(order.size())));
    for (int i = 0; i < sample.drawn; ++i) {
        const auto decision = decisions.find(ids[order[static_cast<std::size_t>(i)]]);
        const std::string verdict = decision == decisions.end() ? "pending" : decision->second.verdict;
        const bool wrong = verdict == "reject" || verdict == "override";
        sample.decided += wrong || verdict == "accept" ? 1 : 0;
        sample.wrong += wrong ? 1 : 0;
    }
    if (sample.isComplete())
        sample.bound = judge::errorBound(sample.wrong, sample.decided);
    return sample;
}

} // namespace msrl::stages
