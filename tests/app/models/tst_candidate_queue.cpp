// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/candidate_queue_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace msrl;
using models::ItemStatus;
using models::MachineChoice;

namespace {

constexpr auto kReport = QAbstractItemModelTester::FailureReportingMode::QtTest;

store::CandidateSummary item(int number, int votesA, int votesB, double logprob)
{
    store::CandidateSummary summary;
    summary.rowid = number;
    summary.stage = "cmkd";
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

store::DecisionRow decision(const std::string& id, const std::string& verdict)
{
    store::DecisionRow row;
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

    void meanLogProbabilityBecomesAShareOfTheBar()
    {
        QCOMPARE(models::confidenceShare("mean_logprob", std::log(0.5)), 0.5);
        QCOMPARE(models::confidenceShare("vote_share", 0.75), 0.75);
        QCOMPARE(models::confidenceShare("mean_logprob", NAN), 0.0);
    }
};

QTEST_GUILESS_MAIN(TestCandidateQueue)
#include "tst_candidate_queue.moc"
