// SPDX-License-Identifier: GPL-3.0-or-later
// What several auditors and the teacher's habit come to.
#include "app/models/audit_quality.h"
#include "app/models/strings.h"
#include "core/data/subset.h"
#include "core/store/audit_store.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace msrl::models {

namespace {

QString notePercent(double share)
{
    return QString::number(100 * share, 'f', 1);
}

} // namespace

std::vector<store::DecisionRow> wordsAbout(
    const std::vector<QueueItem>& items, const std::vector<store::DecisionRow>& rows)
{
    std::unordered_map<std::string_view, const std::string*> digests;
    digests.reserve(items.size());
    for (const QueueItem& item : items)
        digests.emplace(item.summary.sampleId, &item.summary.digest);
    std::vector<store::DecisionRow> words;
    std::map<std::pair<std::string_view, std::string_view>, std::size_t> places; // of item and auditor
    for (const store::DecisionRow& row : rows) {
        const auto digest = digests.find(row.sampleId);
        if (digest == digests.end() || !store::isAbout(row, *digest->second))
            continue;
        const auto [place, isNew] = places.try_emplace(
            std::pair<std::string_view, std::string_view>(row.sampleId, row.auditor), words.size());
        if (isNew)
            words.push_back(row);
        else if (row.rowid > words[place->second].rowid)
            words[place->second] = row;
    }
    return words;
}

std::optional<Agreement> agreementOf(const std::vector<store::DecisionRow>& decisions)
{
    const auto category = [](const std::string& verdict) {
        return verdict == "accept" ? 0 : verdict == "reject" ? 1 : verdict == "override" ? 2 : -1;
    };
    std::map<std::string, std::map<std::string, int>> byAuditor; // sample -> category
    for (const store::DecisionRow& row : decisions)
        if (const int verdict = category(row.verdict); verdict >= 0)
            byAuditor[row.auditor][row.sampleId] = verdict;
    std::optional<Agreement> best;
    for (auto a = byAuditor.begin(); a != byAuditor.end(); ++a) {
        for (auto b = std::next(a); b != byAuditor.end(); ++b) {
            std::vector<int> first, second;
            for (const auto& [sample, verdict] : a->second) {
                const auto other = b->second.find(sample);
                if (other == b->second.end())
                    continue;
                first.push_back(verdict);
                second.push_back(other->second);
            }
            const int common = static_cast<int>(first.size());
            if (common == 0 || (best && best->common >= common))
                continue;
            best = Agreement { a->first, b->first, common, 0, judge::cohenKappa(first, second) };
            for (std::size_t i = 0; i < first.size(); ++i)
                best->agreed += first[i] == second[i] ? 1 : 0;
        }
    }
    return best;
}

CaptionCheck captionCheck(const std::vector<store::DecisionRow>& decisions)
{
    std::map<std::string, bool> wrongById;
    for (const store::DecisionRow& row : decisions) {
        if (row.verdict != "accept" && row.verdict != "reject" && row.verdict != "override")
            continue;
        bool& wrong = wrongById[row.sampleId];
        wrong = wrong || row.caption == kWrongCaption;
    }
    CaptionCheck check;
    check.decided = static_cast<int>(wrongById.size());
    for (const auto& [sample, wrong] : wrongById)
        check.wrong += wrong ? 1 : 0;
    check.interval = judge::clopperPearsonInterval(check.wrong, check.decided);
    return check;
}

PositionHabit positionHabit(const std::vector<QueueItem>& items)
{
    PositionHabit habit;
    for (const QueueItem& item : items) {
        if (item.summary.votesA == item.summary.votesB)
            continue;
        ++habit.labelled;
        habit.saysA += item.summary.votesA > item.summary.votesB ? 1 : 0;
        habit.gold += item.summary.gold.empty() ? 0 : 1;
        habit.goldA += item.summary.gold == "A" ? 1 : 0;
    }
    habit.interval = judge::wilsonInterval(habit.saysA, habit.labelled);
    return habit;
}

OrderCheck orderCheck(const std::vector<QueueItem>& items)
{
    const std::string_view suffix = data::kSwappedSuffix;
    std::unordered_map<std::string_view, const QueueItem*> exchanged; // by the id of the pair as given
    for (const QueueItem& item : items) {
        const std::string_view id = item.summary.sampleId;
        if (id.ends_with(suffix))
            exchanged.emplace(id.substr(0, id.size() - suffix.size()), &item);
    }
    OrderCheck check;
    if (exchanged.empty())
        return check;
    // More votes for A: 1, for B: -1, as many: 0.
    const auto winner = [](const QueueItem& item) {
        return static_cast<int>(item.summary.votesA > item.summary.votesB)
            - static_cast<int>(item.summary.votesA < item.summary.votesB);
    };
    for (const QueueItem& item : items) {
        const auto other = exchanged.find(item.summary.sampleId);
        if (other == exchanged.end() || winner(item) == 0 || winner(*other->second) == 0)
            continue;
        ++check.pairs;
        if (winner(item) == winner(*other->second))
            ++(winner(item) > 0 ? check.bothA : check.bothB);
    }
    check.interval = judge::wilsonInterval(check.kept(), check.pairs);
    return check;
}

namespace {

QString positionNote(const std::vector<QueueItem>& items)
{
    const auto share = [](int part, int whole) { return notePercent(static_cast<double>(part) / whole); };
    if (const OrderCheck orders = orderCheck(items); orders.pairs > 0)
        return QObject::tr(
            "Of %1 pairs judged in both orders the votes kept to a position in %2\u00a0% (95 % "
            "interval %3–%4\u00a0%): %5 times A, %6 times B.")
            .arg(countText(orders.pairs), share(orders.kept(), orders.pairs),
                notePercent(orders.interval.low), notePercent(orders.interval.high), countText(orders.bothA),
                countText(orders.bothB));
    const PositionHabit habit = positionHabit(items);
    if (habit.labelled == 0)
        return {};
    QString line = QObject::tr("The votes name A in %1\u00a0% of %2 items (95 % interval %3–%4\u00a0%)")
                       .arg(share(habit.saysA, habit.labelled), countText(habit.labelled),
                           notePercent(habit.interval.low), notePercent(habit.interval.high));
    if (habit.gold > 0)
        line += QObject::tr("; the gold labels in %1\u00a0% of %2")
                    .arg(share(habit.goldA, habit.gold), countText(habit.gold));
    return line + QLatin1Char('.');
}

} // namespace

QStringList qualityNotes(
    const std::vector<QueueItem>& items, const std::vector<store::DecisionRow>& decisions)
{
    QStringList notes;
    if (const auto agreement = agreementOf(decisions))
        notes << QObject::tr("%1 and %2 agree on %3 of %4 items")
                     .arg(toQt(agreement->first), toQt(agreement->second))
                     .arg(agreement->agreed)
                     .arg(agreement->common)
                + (agreement->kappa
                        ? QObject::tr(", Cohen's kappa %1.").arg(QString::number(*agreement->kappa, 'f', 2))
                        : QStringLiteral("."));
    else
        notes << QObject::tr("No two auditors have decided about the same item.");
    if (const CaptionCheck captions = captionCheck(decisions); captions.decided > 0)
        notes << QObject::tr(
            "The caption was found wrong in %1 of %2 decided items (%3\u00a0%, 95 % interval "
            "%4–%5\u00a0%).")
                     .arg(countText(captions.wrong), countText(captions.decided),
                         notePercent(static_cast<double>(captions.wrong) / captions.decided),
                         notePercent(captions.interval.low), notePercent(captions.interval.high));
    if (const QString line = positionNote(items); !line.isEmpty())
        notes << line;
    return notes;
}

} // namespace msrl::models
