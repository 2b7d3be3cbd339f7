// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/queue_item.h"

#include "app/models/strings.h"
#include "core/judge/confidence.h"
#include "core/store/audit_store.h"

#include <QDateTime>
#include <QObject>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace msrl::models {

ItemStatus statusOfVerdict(const std::string& verdict)
{
    if (verdict == "accept")
        return ItemStatus::Accepted;
    if (verdict == "reject")
        return ItemStatus::Rejected;
    if (verdict == "override")
        return ItemStatus::Overridden;
    if (verdict == "flag")
        return ItemStatus::Flagged;
    return ItemStatus::Undecided;
}

ItemStatus QueueItem::status() const
{
    const Opinion* newest = nullptr;
    for (const Opinion& one : opinions) {
        if (one.verdict != ItemStatus::Undecided && (!newest || one.rowid > newest->rowid))
            newest = &one;
    }
    return newest ? newest->verdict : ItemStatus::Undecided;
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

FormatShare QueueItem::format() const
{
    if (summary.numFormatOk == 0)
        return FormatShare::None;
    return summary.numFormatOk == summary.numPaths ? FormatShare::All : FormatShare::Some;
}

GoldAgreement QueueItem::gold() const
{
    if (summary.gold.empty())
        return GoldAgreement::NoGold;
    if (summary.label.empty())
        return GoldAgreement::NoLabel;
    return summary.gold == summary.label ? GoldAgreement::Agrees : GoldAgreement::Differs;
}

Review QueueItem::review(std::uint16_t me) const
{
    const Opinion* mine = nullptr;
    const Opinion* other = nullptr;
    bool differ = false;
    for (const Opinion& one : opinions) {
        if (one.verdict == ItemStatus::Undecided)
            continue;
        const Opinion* before = mine ? mine : other;
        differ = differ || (before && before->verdict != one.verdict);
        (one.auditor == me ? mine : other) = &one;
    }
    if (differ)
        return Review::Differ;
    if (mine)
        return other ? Review::Alike : Review::Mine;
    return other ? Review::Others : hasEarlier ? Review::Earlier : Review::Nobody;
}

CaptionVerdict QueueItem::caption() const
{
    bool decided = false;
    for (const Opinion& one : opinions) {
        if (one.wrongCaption)
            return CaptionVerdict::Wrong;
        decided = decided || (one.verdict != ItemStatus::Undecided && one.verdict != ItemStatus::Flagged);
    }
    return decided ? CaptionVerdict::Fine : CaptionVerdict::Unjudged;
}

double QueueItem::confidence(const std::string& measure) const
{
    for (const store::NamedValue& one : summary.confidence) {
        if (one.name == measure)
            return one.value;
    }
    return std::numeric_limits<double>::quiet_NaN();
}

ConfidenceBand QueueItem::band(const std::string& measure) const
{
    const double value = confidence(measure);
    if (std::isnan(value))
        return ConfidenceBand::None;
    const double share = confidenceShare(measure, value);
    return share < 0.5 ? ConfidenceBand::Low
        : share < 0.7  ? ConfidenceBand::Middling
        : share < 0.9  ? ConfidenceBand::High
                       : ConfidenceBand::Highest;
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

QString confidenceBandText(ConfidenceBand band)
{
    switch (band) {
    case ConfidenceBand::Low:
        return QObject::tr("below 0.5");
    case ConfidenceBand::Middling:
        return QObject::tr("0.5 to 0.7");
    case ConfidenceBand::High:
        return QObject::tr("0.7 to 0.9");
    case ConfidenceBand::Highest:
        return QObject::tr("0.9 and more");
    case ConfidenceBand::None:
        return QObject::tr("no choice");
    }
    return {};
}

QString formatShareText(FormatShare share)
{
    switch (share) {
    case FormatShare::All:
        return QObject::tr("all paths");
    case FormatShare::Some:
        return QObject::tr("some");
    case FormatShare::None:
        return QObject::tr("no path");
    }
    return {};
}

QString goldAgreementText(GoldAgreement agreement)
{
    switch (agreement) {
    case GoldAgreement::Agrees:
        return QObject::tr("as the vote");
    case GoldAgreement::Differs:
        return QObject::tr("against it");
    case GoldAgreement::NoLabel:
        return QObject::tr("no vote");
    case GoldAgreement::NoGold:
        return QObject::tr("no gold");
    }
    return {};
}

QString reviewText(Review review)
{
    switch (review) {
    case Review::Nobody:
        return QObject::tr("nobody");
    case Review::Mine:
        return QObject::tr("only you");
    case Review::Others:
        return QObject::tr("only others");
    case Review::Alike:
        return QObject::tr("both, alike");
    case Review::Differ:
        return QObject::tr("they differ");
    case Review::Earlier:
        return QObject::tr("earlier paths");
    }
    return {};
}

QString captionVerdictText(CaptionVerdict verdict)
{
    switch (verdict) {
    case CaptionVerdict::Unjudged:
        return QObject::tr("not judged");
    case CaptionVerdict::Fine:
        return QObject::tr("not faulted");
    case CaptionVerdict::Wrong:
        return QObject::tr("wrong");
    }
    return {};
}

QString decisionText(const store::DecisionRow& row, const std::string& digest)
{
    const QString when = QDateTime::fromMSecsSinceEpoch(row.timeMs).toString(QStringLiteral("d MMM hh:mm"));
    const QString verdict = itemStatusText(statusOfVerdict(row.verdict));
    QString what = row.how == "note" ? QObject::tr("note")
        : row.how == "undo"          ? QObject::tr("taken back, now %1").arg(verdict)
        : row.from == row.verdict
        ? verdict
        : QObject::tr("%1, before %2").arg(verdict, itemStatusText(statusOfVerdict(row.from)));
    if (row.verdict == "override" && row.path >= 0)
        what += QObject::tr(", path %1").arg(row.path + 1);
    if (row.how == "bulk")
        what += QObject::tr(", with others at once");
    if (row.caption == kWrongCaption)
        what += QObject::tr(", wrong caption");
    if (!store::isAbout(row, digest))
        what += QObject::tr(", about earlier paths");
    const QString line = QStringLiteral("%1  %2: %3").arg(when, toQt(row.auditor), what);
    return row.reason.empty() ? line : line + QStringLiteral(" \u2014 ") + toQt(row.reason);
}

QString taskText(const std::string& taskType)
{
    return toQt(taskType).replace(QLatin1Char('_'), QLatin1Char(' '));
}

double pathConfidence(const store::CandidatePath& path, const std::string& measure)
{
    const auto found = path.confidence.is_object() ? path.confidence.find(measure) : path.confidence.end();
    return found != path.confidence.end() && found->is_number() ? found->get<double>()
                                                                : std::numeric_limits<double>::quiet_NaN();
}

double confidenceShare(const std::string& measure, double value)
{
    if (!std::isfinite(value))
        return 0;
    return judge::asProbability(measure, value).value_or(std::clamp(value, 0.0, 1.0));
}

} // namespace msrl::models
