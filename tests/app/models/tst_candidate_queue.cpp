// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/candidate_queue_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

using namespace msrl;
using models::ItemStatus;
using models::MachineChoice;
using models::Review;

namespace {

constexpr auto kReport = QAbstractItemModelTester::FailureReportingMode::QtTest;

store::CandidateSummary item(int number, int votesA, int votesB, double logprob)
{
    store::CandidateSummary summary;
    summary.rowid = number;
    summary.sampleId = "s" + std::to_string(number);
    summary.taskType = number % 2 == 0 ? "image_understanding" : "video_generation";
    summary.numPaths = 8;
    summary.votesA = votesA;
    summary.votesB = votesB;
    summary.voteShare
        = votesA + votesB == 0 ? 0 : static_cast<double>(std::max(votesA, votesB)) / (votesA + votesB);
    if (votesA != votesB) {
        summary.chosen = 2;
        summary.label = votesA > votesB ? "A" : "B";
        summary.confidence = { { "mean_logprob", logprob } };
    }
    return summary;
}

store::DecisionRow decision(
    const std::string& id, const std::string& verdict, const std::string& auditor = {})
{
    static std::int64_t written = 0;
    store::DecisionRow row;
    row.rowid = ++written;
    row.auditor = auditor;
    row.stage = "cmkd";
    row.sampleId = id;
    row.verdict = verdict;
    return row;
}

// s1 unanimous, s2 a tie, s3 narrow, s4 no votes at all, s5 clear
std::vector<store::CandidateSummary> fiveItems()
{
    return { item(1, 8, 0, -0.1), item(2, 4, 4, 0), item(3, 3, 5, -0.9), item(4, 0, 0, 0),
        item(5, 7, 1, -1.5) };
}

} // namespace

class TestCandidateQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsDisagreementFirst()
    {
        models::CandidateQueueModel model;
        QAbstractItemModelTester tester(&model, kReport);
        model.addItems(fiveItems());
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s2", "s4", "s3", "s5", "s1" }));
        model.setOrder(models::QueueOrder::LowConfidence);
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s2", "s4", "s5", "s3", "s1" }));
        model.setOrder(models::QueueOrder::AsWritten);
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s1", "s2", "s3", "s4", "s5" }));
    }

    void tellsTiesFromItemsWithoutAPath()
    {
        models::CandidateQueueModel model;
        model.addItems(fiveItems());
        QVERIFY(model.find("s2")->machine() == MachineChoice::Tie);
        QVERIFY(model.find("s4")->machine() == MachineChoice::NoPath);
        QVERIFY(model.find("s3")->margin() == models::VoteMargin::Narrow);
        QVERIFY(model.find("s1")->margin() == models::VoteMargin::Unanimous);
        QVERIFY(std::isnan(model.find("s2")->confidence(model.measure())));
    }

    void aDecidedItemLeavesTheUndecidedAndComesBackToItsPlace()
    {
        models::CandidateQueueModel model;
        QAbstractItemModelTester tester(&model, kReport);
        model.addItems(fiveItems());
        models::QueueFilter filter;
        filter.statuses = { ItemStatus::Undecided };
        model.setFilter(filter);
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.applyDecisions({ decision("s3", "accept") });
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s2", "s4", "s5", "s1" }));
        QCOMPARE(model.rowOf("s3"), -1);
        model.applyDecisions({ decision("s3", "pending") });
        QCOMPARE(model.rowOf("s3"), 2);
        QCOMPARE(resets.size(), 0);
    }

    void countsEachFacetUnderTheOthers()
    {
        models::CandidateQueueModel model;
        model.addItems(fiveItems());
        model.applyDecisions({ decision("s1", "accept"), decision("s2", "flag") });
        models::QueueFilter filter;
        filter.tasks = { "video_generation" }; // s1, s3, s5
        model.setFilter(filter);
        const models::QueueCounts counts = model.counts();
        QCOMPARE(counts.statuses.at(ItemStatus::Accepted), 1);
        QCOMPARE(counts.statuses.at(ItemStatus::Undecided), 2);
        QCOMPARE(counts.statuses.at(ItemStatus::Flagged), 0);
        QCOMPARE(counts.tasks.at("image_understanding"), 2);
        QCOMPARE(counts.machine.at(MachineChoice::Chosen), 3);
        QCOMPARE(model.numWithStatus(ItemStatus::Flagged), 1);
    }

    // An item without a choice has no teacher of it.
    void narrowsToWhatOneTeacherWrote()
    {
        models::CandidateQueueModel model;
        std::vector<store::CandidateSummary> items = fiveItems();
        items[0].teacher = items[4].teacher = "rl_caption";
        items[2].teacher = "rl_text";
        model.addItems(items);
        QCOMPARE(model.counts().teachers,
            (std::map<std::string, int> { { "", 2 }, { "rl_caption", 2 }, { "rl_text", 1 } }));
        models::QueueFilter filter;
        filter.teachers = { "rl_caption" };
        model.setFilter(filter);
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s5", "s1" }));
        QCOMPARE(model.counts().teachers.at("rl_text"), 1); // what it would show instead
    }

    void nextUndecidedGoesRoundOnce()
    {
        models::CandidateQueueModel model;
        model.addItems(fiveItems());
        model.applyDecisions({ decision("s4", "accept"), decision("s3", "reject") });
        QCOMPARE(model.nextUndecided(0), 3); // s5
        QCOMPARE(model.nextUndecided(4), 0);
        model.applyDecisions({ decision("s1", "accept"), decision("s2", "reject"), decision("s5", "flag") });
        QCOMPARE(model.nextUndecided(0), -1);
    }

    void manyDecisionsAtOnceGiveTheSameAsOneByOne()
    {
        models::CandidateQueueModel bulk;
        models::CandidateQueueModel single;
        QAbstractItemModelTester tester(&bulk, kReport);
        QAbstractItemModelTester singleTester(&single, kReport);
        std::vector<store::CandidateSummary> items;
        std::vector<store::DecisionRow> decisions;
        for (int i = 1; i <= 300; ++i) {
            items.push_back(item(i, i % 9, 8 - i % 9, -0.01 * i));
            if (i % 3 == 0)
                decisions.push_back(decision("s" + std::to_string(i), "accept"));
        }
        models::QueueFilter filter;
        filter.statuses = { ItemStatus::Undecided };
        for (models::CandidateQueueModel* model : { &bulk, &single }) {
            model->addItems(items);
            model->setFilter(filter);
        }
        bulk.applyDecisions(decisions);
        for (const store::DecisionRow& row : decisions)
            single.applyDecisions({ row });
        QCOMPARE(bulk.rowCount(), 200);
        QCOMPARE(bulk.shownIds(), single.shownIds());
    }

    void twoAuditorsAreToldApart()
    {
        models::CandidateQueueModel model;
        model.setAuditor("ann");
        model.addItems(fiveItems());
        model.applyDecisions({ decision("s1", "accept", "ann"), decision("s1", "reject", "bob"),
            decision("s2", "reject", "bob"), decision("s3", "accept", "bob"), decision("s3", "accept", "ann"),
            decision("s4", "flag", "ann") });
        const auto review = [&](const char* id) { return model.review(*model.find(id)); };
        QVERIFY(review("s1") == Review::Differ);
        QVERIFY(review("s2") == Review::Others);
        QVERIFY(review("s3") == Review::Alike);
        QVERIFY(review("s4") == Review::Mine);
        QVERIFY(review("s5") == Review::Nobody);
        QVERIFY(model.find("s1")->status() == ItemStatus::Rejected); // the later word
        models::QueueFilter filter;
        filter.reviews = { Review::Differ };
        model.setFilter(filter);
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s1" }));
        QCOMPARE(model.counts().reviews.at(Review::Others), 1);
        // Who takes back their own word leaves the other's.
        model.applyDecisions({ decision("s1", "pending", "bob") });
        QVERIFY(model.find("s1")->status() == ItemStatus::Accepted);
        QCOMPARE(model.rowCount(), 0);
        model.setAuditor("bob");
        QVERIFY(review("s1") == Review::Others);
        QCOMPARE(model.counts().reviews.at(Review::Others), 2); // s1 and s4
    }

    void sortsByLengthAndAtRandom()
    {
        models::CandidateQueueModel model;
        std::vector<store::CandidateSummary> items = fiveItems();
        for (std::size_t i = 0; i < items.size(); ++i)
            items[i].numTokens = i == 3 ? 900 : static_cast<int>(i);
        model.addItems(items);
        model.setOrder(models::QueueOrder::Longest);
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s4", "s5", "s3", "s2", "s1" }));
        model.applyDecisions({ decision("s5", "accept") });
        model.setOrder(models::QueueOrder::Telling);
        const std::vector<std::string> telling = model.shownIds();
        QCOMPARE(std::set<std::string>(telling.begin(), telling.begin() + 2),
            (std::set<std::string> { "s1", "s3" }));
        model.setOrder(models::QueueOrder::Random);
        const std::vector<std::string> order = model.shownIds();
        models::CandidateQueueModel again;
        again.setOrder(models::QueueOrder::Random);
        std::reverse(items.begin(), items.end());
        again.addItems(items);
        QCOMPARE(again.shownIds(), order); // for whoever looks, however the items came
    }

    void everyFacetNarrows()
    {
        models::CandidateQueueModel model;
        std::vector<store::CandidateSummary> items = fiveItems();
        items[0].source = items[2].source = "web";
        items[0].gold = "A"; // as the vote
        items[2].gold = "A"; // the vote is B
        items[1].gold = "B"; // a tie
        items[0].numFormatOk = 8;
        items[2].numFormatOk = 3;
        model.addItems(items);
        const auto shown = [&](const models::QueueFilter& filter) {
            model.setFilter(filter);
            return model.shownIds();
        };
        using Ids = std::vector<std::string>;
        QCOMPARE(shown({ .sources = { "web" } }), (Ids { "s3", "s1" }));
        QCOMPARE(shown({ .bands = { models::ConfidenceBand::Highest } }), (Ids { "s1" })); // exp(-0.1)
        QCOMPARE(shown({ .bands = { models::ConfidenceBand::None } }), (Ids { "s2", "s4" }));
        QCOMPARE(shown({ .formats = { models::FormatShare::Some } }), (Ids { "s3" }));
        QCOMPARE(shown({ .gold = { models::GoldAgreement::Differs } }), (Ids { "s3" }));
        QCOMPARE(shown({ .gold = { models::GoldAgreement::NoLabel } }), (Ids { "s2" }));
        QCOMPARE(shown({ .sources = { "web" }, .gold = { models::GoldAgreement::Agrees } }), (Ids { "s1" }));
        const models::QueueCounts counts = model.counts(); // under both facets
        QCOMPARE(counts.sources.at("web"), 1);
        QCOMPARE(counts.sources.at(""), 0);
        QCOMPARE(counts.gold.at(models::GoldAgreement::Differs), 1);
        QCOMPARE(counts.gold.at(models::GoldAgreement::NoGold), 0);
        QCOMPARE(counts.formats.at(models::FormatShare::All), 1);
    }

    // Distilled anew, an item has other paths, about which nobody has decided.
    void aDecisionAboutEarlierPathsDecidesNothing()
    {
        models::CandidateQueueModel model;
        model.setAuditor("ann");
        std::vector<store::CandidateSummary> items = fiveItems();
        items[0].digest = items[2].digest = "new";
        model.addItems(items);
        store::DecisionRow earlier = decision("s1", "accept", "ann");
        earlier.judged = "old";
        store::DecisionRow present = decision("s3", "reject", "bob");
        present.judged = "new";
        model.applyDecisions({ earlier, present });
        QVERIFY(model.find("s1")->status() == ItemStatus::Undecided);
        QVERIFY(model.find("s1")->isToDecideAgain());
        QVERIFY(model.find("s3")->status() == ItemStatus::Rejected);
        QCOMPARE(model.numToDecideAgain(), 1);
        models::QueueFilter filter;
        filter.reviews = { Review::Earlier };
        model.setFilter(filter);
        QCOMPARE(model.shownIds(), (std::vector<std::string> { "s1" }));
        QCOMPARE(model.counts().reviews.at(Review::Others), 1);
        store::DecisionRow again = decision("s1", "reject", "ann");
        again.judged = "new";
        model.applyDecisions({ again });
        QCOMPARE(model.numToDecideAgain(), 0);
        // Written anew while it is looked at.
        items[2].digest = "newest";
        model.addItems({ items[2] });
        model.applyDecisions({ present });
        QVERIFY(model.find("s3")->isToDecideAgain());
    }

    void meanLogProbabilityBecomesAShareOfTheBar()
    {
        QCOMPARE(models::confidenceShare("mean_logprob", std::log(0.5)), 0.5);
        QCOMPARE(models::confidenceShare("vote_share", 0.75), 0.75);
        QCOMPARE(models::confidenceShare("mean_logprob", NAN), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestCandidateQueue)
#include "tst_candidate_queue.moc"
