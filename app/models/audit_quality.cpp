// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/audit_quality.h"

#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "core/judge/confidence.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace msrl::models {

namespace {

constexpr std::size_t kMostPoints = 1000; // of a curve: more than it has pixels

QString percent(double share)
{
    return QString::number(100 * share, 'f', 1);
}

MeasureQuality qualityOf(
    const judge::ConfidenceMeasure& measure, const std::vector<QueueItem>& items, Truth truth)
{
    MeasureQuality quality;
    quality.measure = measure.name;
    quality.title = tableText(measure.title);
    quality.help = tableText(measure.summary);
    std::vector<judge::Scored> probabilities;
    for (const QueueItem& item : items) {
        const double confidence = item.confidence(measure.name);
        if (item.summary.chosen < 0 || !std::isfinite(confidence))
            continue;
        quality.confidences.push_back(confidence);
        const std::optional<bool> right = isRight(item, truth);
        if (!right)
            continue;
        quality.known.push_back({ confidence, *right });
        if (const auto probability = judge::asProbability(measure.name, confidence))
            probabilities.push_back({ *probability, *right });
    }
    std::sort(quality.confidences.begin(), quality.confidences.end(), std::greater<>());
    if (!probabilities.empty()) {
        quality.bins = judge::reliabilityBins(probabilities);
        quality.calibrationError = judge::expectedCalibrationError(probabilities);
        quality.brier = judge::brierScore(probabilities);
    }
    quality.area = judge::areaUnderRiskCoverage(quality.known);
    quality.risk = judge::riskCoverage(quality.known, kMostPoints);
    return quality;
}

} // namespace

std::optional<bool> isRight(const QueueItem& item, Truth truth)
{
    if (item.summary.chosen < 0)
        return std::nullopt;
    if (truth == Truth::Gold)
        return item.summary.gold.empty() ? std::nullopt
                                         : std::optional(item.summary.label == item.summary.gold);
    switch (item.status()) {
    case ItemStatus::Accepted:
        return true;
    case ItemStatus::Rejected:
    case ItemStatus::Overridden:
        return false;
    case ItemStatus::Undecided:
    case ItemStatus::Flagged:
        break;
    }
    return std::nullopt;
}

int numKnown(const std::vector<QueueItem>& items, Truth truth)
{
    return static_cast<int>(std::count_if(
        items.begin(), items.end(), [truth](const QueueItem& item) { return isRight(item, truth); }));
}

std::vector<MeasureQuality> measureQualities(const std::vector<QueueItem>& items, Truth truth)
{
    std::vector<MeasureQuality> all;
    for (const judge::ConfidenceMeasure& measure : judge::confidenceMeasures()) {
        MeasureQuality quality = qualityOf(measure, items, truth);
        if (!quality.confidences.empty())
            all.push_back(std::move(quality));
    }
    return all;
}

ThresholdOutcome MeasureQuality::at(double threshold) const
{
    ThresholdOutcome outcome;
    outcome.threshold = threshold;
    outcome.choices = static_cast<int>(confidences.size());
    const auto below
        = std::find_if(confidences.begin(), confidences.end(), [&](double c) { return c < threshold; });
    outcome.accepted = static_cast<int>(below - confidences.begin());
    for (const judge::Scored& one : known) {
        if (one.confidence < threshold)
            continue;
        ++outcome.error.checked;
        outcome.error.wrong += one.right ? 0 : 1;
    }
    outcome.error.interval = judge::clopperPearsonInterval(outcome.error.wrong, outcome.error.checked);
    return outcome;
}

QString outcomeText(const ThresholdOutcome& outcome)
{
    const QString head = QObject::tr("Accept from %1 up: %2\u00a0% of the choices (%3 of %4)")
                             .arg(QString::number(outcome.threshold, 'g', 3),
                                 QString::number(100 * outcome.coverage(), 'f', 0),
                                 countText(outcome.accepted), countText(outcome.choices));
    if (outcome.error.checked == 0)
        return head + QObject::tr(", error unknown: none of them is checked");
    return head
        + QObject::tr(", expected error %1\u00a0% (95 % interval %2–%3\u00a0%, from %4 checked)")
              .arg(percent(outcome.error.share()), percent(outcome.error.interval.low),
                  percent(outcome.error.interval.high), countText(outcome.error.checked));
}

AuditSample drawSample(
    const std::vector<QueueItem>& items, const std::string& stage, int size, const GateThresholds& thresholds)
{
    std::vector<const QueueItem*> choices;
    std::vector<std::string> ids;
    for (const QueueItem& item : items) {
        if (meets(item, thresholds)) {
            choices.push_back(&item);
            ids.push_back(item.summary.sampleId);
        }
    }
    AuditSample sample;
    sample.choices = static_cast<int>(choices.size());
    const auto order = judge::drawOrder(ids, stage);
    for (std::size_t i = 0; i < order.size() && static_cast<int>(i) < size; ++i) {
        const QueueItem& item = *choices[order[i]];
        sample.rowids.push_back(item.summary.rowid);
        if (const auto right = isRight(item, Truth::Auditor)) {
            ++sample.error.checked;
            sample.error.wrong += *right ? 0 : 1;
        }
    }
    sample.error.interval = judge::clopperPearsonInterval(sample.error.wrong, sample.error.checked);
    sample.bound = judge::errorBound(sample.error.wrong, sample.error.checked);
    return sample;
}

QString sampleText(const AuditSample& sample)
{
    if (sample.error.checked == 0)
        return QObject::tr(
            "None of %1 drawn is decided. If all turn out right, the error is below %2\u00a0%.")
            .arg(sample.size())
            .arg(percent(judge::errorBound(0, sample.size())));
    if (!sample.isComplete())
        return QObject::tr(
            "%1 of %2 decided, %3 wrong so far. What it says about the set is told once all are decided.")
            .arg(sample.error.checked)
            .arg(sample.size())
            .arg(sample.error.wrong);
    return QObject::tr("All %1 decided, %2 wrong: the error is below %3\u00a0% with 95\u00a0% confidence "
                       "(two-sided interval %4–%5\u00a0%).")
        .arg(sample.size())
        .arg(sample.error.wrong)
        .arg(percent(sample.bound), percent(sample.error.interval.low), percent(sample.error.interval.high));
}

} // namespace msrl::models
