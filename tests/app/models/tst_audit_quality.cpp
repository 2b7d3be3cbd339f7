// SPDX-License-Identifier: GPL-3.0-or-later
// What the Quality view says, against counts by hand.
#include "app/models/audit_quality.h"
#include "tests/support/temporary_folder.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace msrl;
using namespace msrl::models;

namespace {

QueueItem item(int number, double logprob, const char* label, const char* gold, const char* verdict = "")
{
    QueueItem made;
    made.summary.rowid = number;
    made.summary.sampleId = "item-" + std::to_string(number);
    made.summary.label = label;
    made.summary.gold = gold;
    made.summary.votesA = std::string(label) == "A" ? 3 : 1;
    made.summary.votesB = 4 - made.summary.votesA;
    made.summary.chosen = std::string(label).empty() ? -1 : 0;
    if (made.summary.chosen >= 0)
        made.summary.confidence = { { "mean_logprob", logprob }, { "deepconf_bottom10", 4.5 + logprob } };
    if (std::string(verdict) != "")
        made.opinions.push_back({ 1, statusOfVerdict(verdict), number });
    return made;
}

const std::vector<QueueItem> kItems { item(1, -0.1, "A", "A", "accept"), item(2, -0.2, "A", "B", "accept"),
    item(3, -0.3, "B", "B", "reject"), item(4, -0.9, "A", "", "override"), item(5, -1.2, "B", "A"),
    item(6, 0, "", "A", "reject"), item(7, -2.0, "A", "A", "flag") };

store::DecisionRow decision(const char* auditor, int number, const char* verdict)
{
    store::DecisionRow row;
    row.auditor = auditor;
    row.sampleId = "item-" + std::to_string(number);
    row.verdict = verdict;
    return row;
}

} // namespace

class TestAuditQuality : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thresholdsAreThoseOfThePlanOrAnError()
    {
        const tests::TemporaryFolder folder;
        const auto read = [&](const std::string& plan) {
            return readThresholds(folder.write("plan.json", plan), "gate");
        };
        const std::string before = R"({"steps": [{"id": "cmkd", "params": {}}, {"id": "gate", "params": )";
        const auto given = read(before
            + R"({"policy": "wait", "min_vote_share": 0.75, "confidence": "vote_share", "min_confidence": 0.2}}]})");
        QVERIFY(given.ok());
        QCOMPARE(given->minVoteShare, 0.75);
        QCOMPARE(given->measure, std::string("vote_share"));
        QCOMPARE(given->minConfidence, 0.2);
        QCOMPARE(given->sampleSize, 0);
        const std::string sampled
            = R"({"policy": "sampled", "min_vote_share": 0.5, "confidence": "mean_logprob",
            "min_confidence": -10, "max_error": 0.05, "sample": )";
        QCOMPARE(read(before + sampled + "0}}]}")->sampleSize, 59); // log 0.05 / log 0.95, rounded up
        QCOMPARE(read(before + sampled + "70}}]}")->sampleSize, 70);
        for (const std::string& wrong : { std::string("{"), std::string("[]"), std::string(R"({"steps": 1})"),
                 std::string(R"({"steps": [7]})"), std::string(R"({"steps": [{"id": "cmkd"}]})"),
                 before + "{}}]}",
                 before + R"({"policy": "wait", "min_vote_share": "high", "confidence": "vote_share",)"
                     + R"( "min_confidence": 0.2}}]})",
                 before + sampled + "4294967297}}]}", before + sampled + "\"all\"}}]}" }) {
            const auto refused = read(wrong);
            QVERIFY2(!refused.ok(), wrong.c_str());
            QVERIFY(refused.error().message().find("plan.json") != std::string::npos);
        }
        QVERIFY(!readThresholds(folder / "none.json", "gate").ok());
    }

    void goldAndAuditorAreTwoTruths()
    {
        QCOMPARE(numKnown(kItems, Truth::Auditor), 4); // neither the tie nor flagged or undecided ones
        QCOMPARE(numKnown(kItems, Truth::Gold), 5);
        QVERIFY(*isRight(kItems[1], Truth::Auditor) && !*isRight(kItems[1], Truth::Gold));
        QVERIFY(!isRight(kItems[5], Truth::Auditor) && !isRight(kItems[5], Truth::Gold));
    }

    void aThresholdCountsAllChoicesAndJudgesTheKnown()
    {
        const auto qualities = measureQualities(kItems, Truth::Gold);
        QCOMPARE(qualities.size(), std::size_t { 2 });
        const MeasureQuality& quality = qualities.front();
        QCOMPARE(quality.measure, std::string("mean_logprob"));
        const ThresholdOutcome outcome = quality.at(-0.9); // items 1, 2, 3 and 4
        QCOMPARE(outcome.choices, 6);
        QCOMPARE(outcome.accepted, 4);
        QCOMPARE(outcome.error.checked, 3); // item 4 has no gold
        QCOMPARE(outcome.error.wrong, 1);
        // Clopper and Pearson, 1 of 3, from their equations.
        const double low = outcome.error.interval.low;
        const double high = outcome.error.interval.high;
        QVERIFY(std::abs(1 - std::pow(1 - low, 3) - 0.025) < 1e-9);
        QVERIFY(std::abs(std::pow(1 - high, 3) + 3 * high * std::pow(1 - high, 2) - 0.025) < 1e-9);
        QCOMPARE(outcomeText(outcome),
            QStringLiteral(
                "Accept from -0.9 up: 67\u00a0% of the choices (4 of 6), expected error 33.3\u00a0% (95 % "
                "interval 0.8–90.6\u00a0%, from 3 checked)"));
        QCOMPARE(quality.at(1).accepted, 0);
        QCOMPARE(quality.at(-99).accepted, 6);
    }

    void calibrationIsOfTheProbability()
    {
        const auto qualities = measureQualities(kItems, Truth::Gold);
        // exp of -0.1, -0.2, -0.3, -1.2, -2.0 lie in the bins 9, 8, 7, 3 and 1, alone in each.
        const double gaps = (1 - std::exp(-0.1)) + std::exp(-0.2) + (1 - std::exp(-0.3)) + std::exp(-1.2)
            + (1 - std::exp(-2.0));
        QVERIFY(std::abs(*qualities[0].calibrationError - gaps / 5) < 1e-12);
        QVERIFY(!qualities[1].calibrationError && qualities[1].bins.empty()); // no probability
        QCOMPARE(*qualities[1].area, *qualities[0].area); // but the same order
    }

    void aSampleIsTheSameForAllAndCountsDecisions()
    {
        const AuditSample three = drawSample(kItems, "cmkd", 3);
        const AuditSample all = drawSample(kItems, "cmkd", 99);
        QCOMPARE(all.size(), 6); // the tie has nothing to judge
        QCOMPARE(all.choices, 6);
        QVERIFY(std::equal(three.rowids.begin(), three.rowids.end(), all.rowids.begin()));
        QCOMPARE(all.error.checked, 4);
        QCOMPARE(all.error.wrong, 2);
        QVERIFY(drawSample(kItems, "another", 99).rowids != all.rowids);
        QVERIFY(sampleText(all).contains(QStringLiteral("4 of 6 decided, 2 wrong")));
    }

    void kappaOfTheTwoWhoShareMost()
    {
        // Ada and Bob: 10 items, both accept 4, both reject 3, 3 times Ada accepts what Bob rejects.
        std::vector<store::DecisionRow> rows;
        for (int i = 0; i < 10; ++i) {
            rows.push_back(decision("Ada", i, i < 7 ? "accept" : "reject"));
            rows.push_back(decision("Bob", i, i < 4 ? "accept" : "reject"));
        }
        rows.push_back(decision("Cleo", 1, "accept"));
        rows.push_back(decision("Cleo", 2, "flag")); // no verdict
        const auto agreement = agreementOf(rows);
        QVERIFY(agreement.has_value());
        QCOMPARE(agreement->common, 10);
        QCOMPARE(agreement->agreed, 7);
        const double chance = 0.7 * 0.4 + 0.3 * 0.6;
        QVERIFY(std::abs(*agreement->kappa - (0.7 - chance) / (1 - chance)) < 1e-12);
        QVERIFY(!agreementOf({ decision("Ada", 1, "accept"), decision("Bob", 2, "accept") }));
    }

    void onlyWordsAboutTheSetAsItIsAreCompared()
    {
        std::vector<QueueItem> items { kItems[0] };
        items[0].summary.digest = "new";
        const auto about
            = [](const char* auditor, std::int64_t rowid, const char* verdict, const char* digest) {
                  store::DecisionRow row = decision(auditor, 1, verdict);
                  row.rowid = rowid;
                  row.judged = digest;
                  return row;
              };
        const auto words = wordsAbout(items,
            { about("Ada", 1, "accept", ""), about("Ada", 2, "reject", "new"),
                about("Bob", 3, "accept", "old"), decision("Cleo", 9, "accept") });
        QCOMPARE(words.size(), std::size_t { 1 });
        QCOMPARE(words[0].verdict, std::string("reject"));
    }

    void thePositionThatTheVotesPrefer()
    {
        const PositionHabit habit = positionHabit(kItems);
        QCOMPARE(habit.labelled, 7);
        QCOMPARE(habit.saysA, 4);
        QCOMPARE(habit.gold, 6);
        QCOMPARE(habit.goldA, 4);
        QVERIFY(
            qualityNotes(kItems, {}).last().contains(QStringLiteral("The votes name A in 57.1\u00a0% of 7")));
    }

    // 1 keeps its answer, 3 says B twice, 4 says A twice, 6 is a tie as given, 7 has no other order.
    void bothOrdersTellAPositionFromAJudgement()
    {
        std::vector<QueueItem> items = kItems;
        items[5].summary.votesA = items[5].summary.votesB = 2;
        for (const auto& [number, label] : { std::pair(1, "B"), { 3, "B" }, { 4, "A" }, { 6, "A" } }) {
            items.push_back(item(10 + number, -1, label, ""));
            items.back().summary.sampleId = "item-" + std::to_string(number) + "~swapped";
        }
        const OrderCheck check = orderCheck(items);
        QCOMPARE(check.pairs, 3);
        QCOMPARE(check.bothA, 1);
        QCOMPARE(check.bothB, 1);
        // Wilson's interval of 2 of 3 solves (p - 2/3)^2 = z^2 p (1 - p) / 3.
        const double z = 1.959963984540054;
        for (const double p : { check.interval.low, check.interval.high })
            QVERIFY(std::abs(std::pow(p - 2.0 / 3, 2) - z * z * p * (1 - p) / 3) < 1e-6);
        QVERIFY(
            qualityNotes(items, {}).last().startsWith(QStringLiteral("Of 3 pairs judged in both orders")));
        QCOMPARE(orderCheck(kItems).pairs, 0);
    }
};

QTEST_GUILESS_MAIN(TestAuditQuality)
#include "tst_audit_quality.moc"
