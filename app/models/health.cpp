// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/health.h"

#include "app/models/strings.h"

#include <QObject>

#include <algorithm>
#include <cmath>
#include <optional>

namespace msrl::models {

namespace {

constexpr const char* kZeroVariance = "zero_variance";

bool compares(HealthTest test)
{
    return test == HealthTest::FellTo || test == HealthTest::RoseTo;
}

// The mean of the finite values in [from, to).
std::optional<double> meanOf(const Curve& curve, std::size_t from, std::size_t to)
{
    double sum = 0;
    int count = 0;
    for (std::size_t i = from; i < to; ++i) {
        if (std::isfinite(curve.value(i))) {
            sum += curve.value(i);
            ++count;
        }
    }
    return count == 0 ? std::nullopt : std::optional(sum / count);
}

// Two halves of the window, so that a slow rise is seen as one.
std::optional<HealthFinding> judgeStuck(
    const HealthRule& rule, const CurveSegment& segment, const Curve* zeroVariance)
{
    const Curve& curve = *segment.curve;
    constexpr std::size_t kSteps = kStuckWindow;
    if (!zeroVariance || curve.size() < kSteps || zeroVariance->size() < kSteps)
        return std::nullopt;
    const std::size_t size = curve.size();
    const auto before = meanOf(curve, size - kSteps, size - kSteps / 2);
    const auto after = meanOf(curve, size - kSteps / 2, size);
    const auto without = meanOf(*zeroVariance, zeroVariance->size() - kSteps, zeroVariance->size());
    if (!before || !after || !without)
        return std::nullopt;
    HealthFinding finding { &rule, segment.stage, curve.step(size - 1), false, 0, 0 };
    finding.measured = (*before + *after) / 2;
    finding.reference = *without;
    finding.failed = std::abs(finding.measured - kChance) <= rule.limit
        && std::abs(*after - *before) < kStuckDrift && *without >= kStuckZeroVariance;
    return finding;
}

std::optional<HealthFinding> judge(const HealthRule& rule, const CurveSegment& segment)
{
    const Curve& curve = *segment.curve;
    const std::size_t size = curve.size();
    constexpr std::size_t kWindow = kHealthWindow;
    if (size == 0 || (compares(rule.test) && size < 2 * kWindow))
        return std::nullopt;
    HealthFinding finding { &rule, segment.stage, curve.step(size - 1), false, 0, 0 };
    const bool whole = rule.test == HealthTest::Any;
    const std::size_t first = whole || size < kWindow ? 0 : size - kWindow;
    const auto last = meanOf(curve, first, size);
    const auto begin = meanOf(curve, 0, std::min(size, kWindow));
    if (!last || !begin)
        return std::nullopt;
    finding.measured = whole ? *last * static_cast<double>(size) : *last;
    finding.reference = *begin;
    switch (rule.test) {
    case HealthTest::Above:
    case HealthTest::Any:
        finding.failed = finding.measured > rule.limit;
        break;
    case HealthTest::Below:
        finding.failed = finding.measured < rule.limit;
        break;
    case HealthTest::FellTo:
        finding.failed = finding.measured < rule.limit * finding.reference;
        break;
    case HealthTest::RoseTo:
        finding.failed = finding.measured >= rule.least && finding.measured > rule.limit * finding.reference;
        break;
    case HealthTest::Stuck: // judgeStuck()
    case HealthTest::DiskLow: // diskFinding()
        break;
    }
    return finding;
}

// New data where it is told apart, else the whole.
std::string sourceOf(const CurveSet& curves, const std::string& metric)
{
    const std::vector<std::string> sources = curves.sources(metric);
    return std::find(sources.begin(), sources.end(), "new") != sources.end() ? "new" : "";
}

} // namespace

const std::vector<HealthRule>& healthRules()
{
    static const std::vector<HealthRule> rules {
        { "accuracy", QObject::tr("The stage learns nothing"), HealthTest::Stuck, 0.1,
            QObject::tr(
                "It guesses, and all completions of a prompt guess alike, so that no gradient says "
                "otherwise: stop it. Fine-tune longer before, raise the temperature or the group size, "
                "and look under Samples whether the answer is always the same letter.") },
        { kZeroVariance, QObject::tr("Most groups teach nothing"), HealthTest::Above, 0.7,
            QObject::tr("All completions of a prompt get the same reward: take harder or fresher prompts, a "
                        "larger group or a higher temperature.") },
        { "reward/format", QObject::tr("Many completions break the format"), HealthTest::Below, 0.8,
            QObject::tr(
                "Look at them under Samples; a longer fine-tuning or a larger format weight helps.") },
        { "completion_length/clipped", QObject::tr("Completions are cut at the limit"), HealthTest::Above,
            0.1,
            QObject::tr("A cut completion has no answer: raise the longest completion, or punish length.") },
        { "kl", QObject::tr("The policy runs away from its start"), HealthTest::RoseTo, 10,
            QObject::tr("Lower the learning rate or raise the KL weight; the curve shows when it began."),
            0.1 },
        { "entropy", QObject::tr("Entropy collapses"), HealthTest::FellTo, 0.1,
            QObject::tr(
                "The policy hardly tries anything else any more: a higher temperature or fewer steps.") },
        { "grad_norm", QObject::tr("Gradients grow"), HealthTest::RoseTo, 10,
            QObject::tr("Lower the learning rate, or clip earlier."), 1 },
        { "nonfinite_skips", QObject::tr("Steps without a finite gradient were skipped"), HealthTest::Any, 0,
            QObject::tr(
                "The log names the tensor; lower the learning rate, or look at these steps' samples.") },
        { "logprob_diff/mean", QObject::tr("Rollout and trainer disagree"), HealthTest::Above, 0.02,
            QObject::tr("Both should give the same tokens the same log-probability; a lower precision in one "
                        "of them shows here.") },
        { "tokens_per_second/rollout", QObject::tr("The rollout became slow"), HealthTest::FellTo, 0.5,
            QObject::tr("Longer completions, or something else uses the device.") },
        { "disk", QObject::tr("The disk fills up"), HealthTest::DiskLow, 2e9,
            QObject::tr(
                "Make room, or stop the run, which leaves a checkpoint to go on from: a full disk ends "
                "it.") },
    };
    return rules;
}

std::optional<HealthFinding> diskFinding(const DiskSpace& disk)
{
    const std::vector<HealthRule>& rules = healthRules();
    const auto rule = std::find_if(
        rules.begin(), rules.end(), [](const HealthRule& one) { return one.test == HealthTest::DiskLow; });
    if (disk.freeBytes < 0 || rule == rules.end())
        return std::nullopt;
    HealthFinding finding { &*rule, {}, 0, false, 0, 0 };
    finding.measured = static_cast<double>(disk.freeBytes);
    finding.reference = static_cast<double>(disk.checkpointBytes);
    finding.failed = finding.measured < std::max(rule->limit, kRoomForCheckpoints * finding.reference);
    return finding;
}

std::vector<HealthFinding> healthFindings(const CurveSet& curves)
{
    std::vector<HealthFinding> findings;
    const auto boundaries = curves.boundaries(CurveAxis::Step);
    const auto position = [&](const std::string& stage) {
        const auto found = std::find_if(boundaries.begin(), boundaries.end(),
            [&](const StageBoundary& boundary) { return boundary.stage == stage; });
        return found - boundaries.begin();
    };
    for (const HealthRule& rule : healthRules()) {
        const std::string source = sourceOf(curves, rule.metric);
        for (const CurveSegment& segment : curves.segments(rule.metric, source)) {
            const auto finding = rule.test == HealthTest::Stuck
                ? judgeStuck(rule, segment,
                    curves.curve(segment.stage, kZeroVariance, sourceOf(curves, kZeroVariance)))
                : judge(rule, segment);
            if (finding)
                findings.push_back(*finding);
        }
    }
    std::stable_sort(findings.begin(), findings.end(), [&](const HealthFinding& a, const HealthFinding& b) {
        return std::pair(!a.failed, -position(a.stage)) < std::pair(!b.failed, -position(b.stage));
    });
    return findings;
}

QString ruleText(const HealthRule& rule)
{
    const QString limit = QString::number(rule.limit);
    switch (rule.test) {
    case HealthTest::Above:
        return QObject::tr("mean of the last %1 steps above %2").arg(kHealthWindow).arg(limit);
    case HealthTest::Below:
        return QObject::tr("mean of the last %1 steps below %2").arg(kHealthWindow).arg(limit);
    case HealthTest::FellTo:
        return QObject::tr("last %1 steps below %2 times the first %1").arg(kHealthWindow).arg(limit);
    case HealthTest::RoseTo:
        return QObject::tr("last %1 steps above %2 times the first %1, and at least %3")
            .arg(kHealthWindow)
            .arg(limit, QString::number(rule.least));
    case HealthTest::Any:
        return QObject::tr("any in the stage");
    case HealthTest::DiskLow:
        return QObject::tr("free room below %1, or below %2 checkpoints")
            .arg(bytesText(static_cast<qint64>(rule.limit)))
            .arg(kRoomForCheckpoints);
    case HealthTest::Stuck:
        return QObject::tr("mean of the last %1 steps within %2 of guessing (%3), their halves less than %4 "
                           "apart, and at least %5 of the groups without variance")
            .arg(kStuckWindow)
            .arg(limit, QString::number(kChance), QString::number(kStuckDrift),
                QString::number(kStuckZeroVariance));
    }
    return {};
}

QString measuredText(const HealthFinding& finding)
{
    if (finding.rule->test == HealthTest::DiskLow) {
        const QString room = QObject::tr("%1 free").arg(bytesText(static_cast<qint64>(finding.measured)));
        return finding.reference > 0 ? QObject::tr("%1, a checkpoint takes %2")
                                           .arg(room, bytesText(static_cast<qint64>(finding.reference)))
                                     : room;
    }
    const QString now = numberText(finding.measured);
    if (finding.rule->test == HealthTest::Stuck)
        return QObject::tr("%1, without variance %2").arg(now, numberText(finding.reference));
    return compares(finding.rule->test)
        ? QObject::tr("%1, at first %2").arg(now, numberText(finding.reference))
        : now;
}

} // namespace msrl::models
