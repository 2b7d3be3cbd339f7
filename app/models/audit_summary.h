// SPDX-License-Identifier: GPL-3.0-or-later
// What a set of candidates comes to if it is signed off now, and how wrong it may be.
#pragma once

#include "app/models/candidate_queue_model.h"
#include "app/models/gate_thresholds.h"
#include "core/judge/statistics.h"

namespace msrl::models {

// Whether the machine's choice would train the student if nobody decides.
bool meets(const QueueItem& item, const GateThresholds& thresholds);

// A share with the exact 95 % interval (Clopper and Pearson).
struct ErrorEstimate
{
    int wrong = 0;
    int checked = 0;
    judge::Interval interval;

    double share() const { return checked == 0 ? 0 : static_cast<double>(wrong) / checked; }
};

struct AuditSummary
{
    int items = 0;
    int accepted = 0;
    int rejected = 0;
    int overridden = 0;
    int flagged = 0;
    int undecided = 0;
    int toDecideAgain = 0; // undecided ones of which earlier paths were decided
    int undecidedKept = 0; // undecided ones that meet the thresholds: the machine's choice trains the student
    ErrorEstimate byAuditor; // of the machine's choices that a person decided about: rejected or overridden
    ErrorEstimate byGold; // of the machine's choices with a gold label that train the student: label differs

    int decided() const { return accepted + rejected + overridden; }
    int training() const { return accepted + overridden + undecidedKept; }
};

AuditSummary summarise(const std::vector<QueueItem>& items, const GateThresholds& thresholds);

// "12 of 210 (5.7 %, 95 % interval 3.0–9.8 %)"
QString estimateText(const ErrorEstimate& estimate);

} // namespace msrl::models
