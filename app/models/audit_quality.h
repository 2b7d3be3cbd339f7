// SPDX-License-Identifier: GPL-3.0-or-later
// How good the machine's choices are, as far as it is known: by what each confidence measure promises, above
// which threshold they could be accepted unseen, and what a random sample of them showed.
#pragma once

#include "app/models/audit_summary.h"
#include "app/models/candidate_queue_model.h"
#include "core/judge/acceptance.h"
#include "core/judge/calibration.h"

#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace msrl::models {

// Who says whether a choice is right: the auditor (accepted is right; rejected and overridden are wrong), or
// the gold label.
enum class Truth { Auditor, Gold };

// Nothing where the machine chose no path, or where it is not known.
std::optional<bool> isRight(const QueueItem& item, Truth truth);

// A threshold on a measure and what accepting everything from it on comes to.
struct ThresholdOutcome
{
    double threshold = 0;
    int accepted = 0; // of the choices, whether it is known that they are right or not
    int choices = 0;
    ErrorEstimate error; // of the accepted ones of which it is known

    double coverage() const { return choices == 0 ? 0 : static_cast<double>(accepted) / choices; }
};

struct MeasureQuality
{
    std::string measure;
    QString title;
    QString help;
    std::vector<double> confidences; // of all choices, falling
    std::vector<judge::Scored> known; // of those of which it is known
    std::vector<judge::ReliabilityBin> bins; // empty where the measure is no probability
    std::optional<double> calibrationError; // expected, same bins
    std::optional<double> brier;
    std::optional<double> area; // under the risk-coverage curve
    std::vector<judge::RiskPoint> risk;

    ThresholdOutcome at(double threshold) const;
};

// One per measure that the run computed, in the order of the measures' table.
std::vector<MeasureQuality> measureQualities(const std::vector<QueueItem>& items, Truth truth);
int numKnown(const std::vector<QueueItem>& items, Truth truth);

// "Accept from 0.83 up: 71 % of the choices (68 of 96), expected error 2.1 % (95 % interval 0.9–4.1 %)"
QString outcomeText(const ThresholdOutcome& outcome);

// The first `size` of the choices in random order, and what the auditor found in them.
struct AuditSample
{
    std::vector<std::int64_t> rowids; // in the order drawn
    int choices = 0; // drawn from
    ErrorEstimate error; // of the decided ones
    double bound = 1; // the error share is below this with 95 % confidence

    int size() const { return static_cast<int>(rowids.size()); }
    // Only then the bound holds: who leaves items out may leave out the wrong ones.
    bool isComplete() const { return size() > 0 && error.checked == size(); }
};
// Of those that the gate lets through: the order is that in which the engine's gate draws.
AuditSample drawSample(const std::vector<QueueItem>& items, const std::string& stage, int size,
    const GateThresholds& thresholds = {});
QString sampleText(const AuditSample& sample);

// The two auditors who decided about most items in common, and how far they agree (accept, reject, override).
struct Agreement
{
    std::string first;
    std::string second;
    int common = 0;
    int agreed = 0;
    std::optional<double> kappa; // Cohen's; nothing when chance alone would agree always
};
// From the newest decision per item and auditor; nothing when no two have an item in common.
std::optional<Agreement> agreementOf(const std::vector<store::DecisionRow>& decisions);

// How often an auditor found the caption wrong, among the items that somebody decided.
struct CaptionCheck
{
    int decided = 0;
    int wrong = 0;
    judge::Interval interval; // exact, 95 %
};
CaptionCheck captionCheck(const std::vector<store::DecisionRow>& decisions);

// How often the votes name A, beside how often gold does: a teacher that prefers a position shows here.
struct PositionHabit
{
    int labelled = 0; // items with a winning answer
    int saysA = 0;
    judge::Interval interval; // Wilson, 95 %
    int gold = 0; // of those, with a gold label
    int goldA = 0;
};
PositionHabit positionHabit(const std::vector<QueueItem>& items);

// What the votes say of pairs that the set holds in both orders (a dataset's swap "both"): an answer that
// names the same position twice follows the place and not the response.
struct OrderCheck
{
    int pairs = 0; // with a winning answer in both orders
    int bothA = 0;
    int bothB = 0;
    judge::Interval interval; // of the share that kept to a position; Wilson, 95 %

    int kept() const { return bothA + bothB; }
};
OrderCheck orderCheck(const std::vector<QueueItem>& items);

// Each auditor's newest word about each item as it is; what was said about other paths of it is left out.
// `rows`: AuditStore::newestByAuditor().
std::vector<store::DecisionRow> wordsAbout(
    const std::vector<QueueItem>& items, const std::vector<store::DecisionRow>& rows);

// All of them as lines for people, by such words; the position by both orders where there are any, or else by
// how often it is named.
QStringList qualityNotes(
    const std::vector<QueueItem>& items, const std::vector<store::DecisionRow>& decisions);

} // namespace msrl::models
