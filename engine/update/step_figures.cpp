// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a whole step: what its loss is divided by, and its metrics from those of its parts.
#include "engine/update/policy_update.h"

#include <algorithm>

namespace msrl::update {

BatchTotals totalsOf(const std::vector<batch::Group>& groups, std::int64_t maxCompletionLength)
{
    BatchTotals totals;
    totals.maxCompletionLength = maxCompletionLength;
    for (const batch::Group& group : groups)
        for (const batch::CompletionInput& completion : group.completions) {
            ++totals.completions;
            totals.tokens += static_cast<std::int64_t>(completion.ids.size());
        }
    return totals;
}

UpdateMetrics combined(const std::vector<UpdateMetrics>& parts, const BatchTotals& totals)
{
    UpdateMetrics all;
    for (const UpdateMetrics& part : parts) {
        const auto tokens = static_cast<double>(part.completionTokens);
        all.loss += part.loss;
        all.sums.add(part.sums);
        all.meanLogprob += part.meanLogprob * tokens;
        all.entropy += part.entropy * tokens;
        all.completionTokens += part.completionTokens;
        all.promptTokens += part.promptTokens;
        all.microBatches += part.microBatches;
    }
    const auto tokens = static_cast<double>(std::max<std::int64_t>(1, all.completionTokens));
    all.meanLogprob /= tokens;
    all.entropy /= tokens;
    all.skippedTokens = totals.tokens - all.completionTokens;
    return all;
}

} // namespace msrl::update
