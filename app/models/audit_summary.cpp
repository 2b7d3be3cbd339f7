// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/audit_summary.h"

#include <cmath>

namespace msrl::models {

bool meets(const QueueItem& item, const GateThresholds& thresholds)
{
    if (thresholds.byHand || item.summary.chosen < 0 || item.summary.voteShare < thresholds.minVoteShare)
        return false;
    const double confidence = item.confidence(thresholds.measure);
    return !std::isnan(confidence) && confidence >= thresholds.minConfidence;
}

AuditSummary summarise(const std::vector<QueueItem>& items, const GateThresholds& thresholds)
{
    AuditSummary sum;
    for (const QueueItem& item : items) {
        ++sum.items;
        bool machineTrains = false;
        const bool hasChoice = item.summary.chosen >= 0;
        switch (item.status()) {
        case ItemStatus::Undecided:
            ++sum.undecided;
            sum.toDecideAgain += item.isToDecideAgain() ? 1 : 0;
            machineTrains = meets(item, thresholds);
            sum.undecidedKept += machineTrains ? 1 : 0;
            break;
        case ItemStatus::Accepted:
            ++sum.accepted;
            machineTrains = hasChoice;
            sum.byAuditor.checked += hasChoice ? 1 : 0;
            break;
        case ItemStatus::Rejected:
            ++sum.rejected;
            sum.byAuditor.checked += hasChoice ? 1 : 0;
            sum.byAuditor.wrong += hasChoice ? 1 : 0;
            break;
        case ItemStatus::Overridden:
            ++sum.overridden;
            sum.byAuditor.checked += hasChoice ? 1 : 0;
            sum.byAuditor.wrong += hasChoice ? 1 : 0;
            break;
        case ItemStatus::Flagged:
            ++sum.flagged;
            break;
        }
        if (machineTrains && !item.summary.gold.empty()) {
            ++sum.byGold.checked;
            sum.byGold.wrong += item.summary.label == item.summary.gold ? 0 : 1;
        }
    }
    for (ErrorEstimate* estimate : { &sum.byAuditor, &sum.byGold })
        estimate->interval = judge::clopperPearsonInterval(estimate->wrong, estimate->checked);
    return sum;
}

QString estimateText(const ErrorEstimate& estimate)
{
    if (estimate.checked == 0)
        return QObject::tr("none checked yet");
    const auto percent = [](double share) { return QString::number(100 * share, 'f', 1); };
    return QObject::tr("%1 of %2 (%3 %, 95 % interval %4–%5 %)")
        .arg(estimate.wrong)
        .arg(estimate.checked)
        .arg(percent(estimate.share()), percent(estimate.interval.low), percent(estimate.interval.high));
}

} // namespace msrl::models
