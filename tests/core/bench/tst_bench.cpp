// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/bench/output_parsers.h"
#include "core/bench/pair_report.h"
#include "core/bench/predictions.h"
#include "core/bench/python_random.h"
#include "core/bench/tie_accuracy.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace msrl::bench {
namespace {

TEST(OutputParsers, overallJudgmentTakesTheLastVerdictAfterThePhrase)
{
    EXPECT_EQ(overallJudgment("**Overall Judgment:** Answer 1 is slightly better."), 1);
    EXPECT_EQ(overallJudgment("Answer 2 is better. THEREFORE\nAnswer1isthebetter"), 1);
    EXPECT_EQ(overallJudgment("Therefore Answer 1 is better? No, Answer 2 is the slightly better"), 2);
    EXPECT_EQ(overallJudgment("Therefore Answer 1 is better, Answer 2 is good"), 1);
    EXPECT_EQ(overallJudgment("Overall Judgment: Answer 12 is better"), 12);
    EXPECT_EQ(overallJudgment("Overall Judgment: Answer 99999999999999999999 is better").has_value(), true);
    EXPECT_EQ(overallJudgment("Answer 1 is better. Therefore I stop."), std::nullopt);
    EXPECT_EQ(overallJudgment("Therefore Answer 1 is slightly the better"), std::nullopt);
    EXPECT_EQ(overallJudgment("Answer 1 is better"), std::nullopt);
    EXPECT_EQ(overallJudgment(""), std::nullopt);
    // What Python's \s takes beyond ASCII: a no-break space, an ideographic one.
    EXPECT_EQ(overallJudgment("Therefore Answer\xc2\xa0"
                              "2\xe3\x80\x80 is better"),
        2);
}

TEST(OutputParsers, bracketsAreReadAsTheScriptsRead)
{
    EXPECT_EQ(bracketedLetter("[[B]] but [[A]]"), data::Side::A);
    EXPECT_EQ(bracketedLetter("so [[B]]"), data::Side::B);
    EXPECT_EQ(bracketedLetter("[[b]] [[C]] [A]"), std::nullopt);
    EXPECT_EQ(bracketedLabel("x [[A>B]] or [[B>A]] y"), "[[A>B]] or [[B>A]]");
    EXPECT_EQ(bracketedLabel("]] [[\n[[A>B]]\n[[B>A]]"), "[[A>B]]");
    EXPECT_EQ(bracketedLabel("[[A>B\n]]"), "");
    EXPECT_TRUE(saysAnswerIsBetter("so Answer 2 is better.", 2));
    EXPECT_FALSE(saysAnswerIsBetter("answer 2 is better", 2));
    EXPECT_TRUE(saysIsBetter("Video 1 is better", "Video", 1));
}

TEST(PythonRandom, givesCPythonsNumbers)
{
    // python3 -c "import random; random.seed(123); print(random.random(), random.random())"
    PythonRandom random(123);
    EXPECT_EQ(random.random(), 0.052363598850944326);
    EXPECT_EQ(random.random(), 0.08718667752263232);
    for (int i = 2; i < 999; ++i)
        random.random();
    EXPECT_EQ(random.random(), 0.9212710336258926);
}

std::vector<std::size_t> itemsNamed(const std::string& lines, const std::vector<std::string>& ids)
{
    const tests::TemporaryFolder folder;
    const auto read = readPredictions(folder.write("out.jsonl", lines), ids);
    std::vector<std::size_t> items;
    if (read) {
        for (const Prediction& one : *read)
            items.push_back(one.item);
    } else {
        EXPECT_NE(read.error().message().find("give \"row\" as well"), std::string::npos)
            << read.error().message();
    }
    return items;
}

TEST(Predictions, rowsOfAnIdThatSeveralItemsHaveAreMeantInTheirOrder)
{
    const std::vector<std::string> ids { "x", "y", "x" };
    const std::string x = R"({"ID":"x","output":""})"
                          "\n";
    const std::string y = R"({"ID":"y","output":""})"
                          "\n";
    EXPECT_EQ(itemsNamed(x + y + x, ids), (std::vector<std::size_t> { 0, 1, 2 }));
    EXPECT_EQ(itemsNamed(y + y + x + x, ids), (std::vector<std::size_t> { 1, 1, 0, 2 }));
    EXPECT_TRUE(itemsNamed(x + x + x + y, ids).empty()) << "which of the two has two samples?";
    EXPECT_EQ(itemsNamed(R"({"row":2,"ID":"x","output":""}
{"row":0,"ID":"x","output":""}
)" + y,
                  ids),
        (std::vector<std::size_t> { 2, 0, 1 }));
}

TEST(PairReport, calibrationIsOfTheAnswerThatWasWrittenInEitherOrder)
{
    Prediction shown { 0, true, {}, { { "answer_probability", 0.9 } }, {} };
    const Verdict verdict = verdictOf(shown, data::Side::A);
    EXPECT_EQ(verdict.answer, data::Side::B);
    EXPECT_EQ(verdict.probability, 0.9);
    EXPECT_EQ(verdictOf(shown, std::nullopt).probability, std::nullopt);

    std::vector<PairItem> items;
    for (int i = 0; i < 10; ++i)
        items.push_back({ std::to_string(i), "g", i < 8 ? data::Side::B : data::Side::A, { verdict } });
    const auto report = pairReport(items, {});
    ASSERT_TRUE(report) << report.error().message();
    const base::Json& calibration = (*report)["calibration"];
    EXPECT_EQ(calibration["judgements"], 10);
    EXPECT_NEAR(calibration["expected_calibration_error"].get<double>(), 0.1, 1e-12);
    EXPECT_NEAR(calibration["brier"].get<double>(), 0.8 * 0.01 + 0.2 * 0.81, 1e-12);
    ASSERT_EQ(calibration["bins"].size(), 1U);
    EXPECT_NEAR(calibration["bins"][0]["right"].get<double>(), 0.8, 1e-12);
    items.front().samples.front().probability.reset();
    EXPECT_EQ((*pairReport(std::span(items).first(1), {}))["calibration"], nullptr);
}

// Answers in turn: as given, exchanged, as given, …; '-' is one that could not be read.
PairItem judgedInTurn(const std::string& id, std::optional<data::Side> gold, std::string_view letters)
{
    PairItem item { id, "g", gold, {} };
    for (const char letter : letters) {
        Verdict verdict { std::nullopt, item.samples.size() % 2 == 1, std::nullopt };
        if (letter != '-')
            verdict.answer = letter == 'A' ? data::Side::A : data::Side::B;
        item.samples.push_back(verdict);
    }
    return item;
}

TEST(PairReport, withBothOrdersEveryFigureIsOverBoth)
{
    const std::vector<PairItem> items { judgedInTurn("right", data::Side::A, "AA"),
        judgedInTurn("one order", data::Side::B, "BA"), judgedInTurn("unread", data::Side::A, "-B"),
        judgedInTurn("a tie of people", std::nullopt, "AA") };
    const auto report = pairReport(items, { .bothOrders = true });
    ASSERT_TRUE(report) << report.error().message();
    const base::Json& accuracy = (*report)["accuracy"];
    EXPECT_EQ(accuracy["right"], 3);
    EXPECT_EQ(accuracy["n"], 6);
    EXPECT_EQ(accuracy["pairs"], 3);
    EXPECT_EQ((*report)["micro"], 0.5);
    // Half successes of three trials, not three successes of six.
    const double z = 1.959963984540054;
    const double half = z / (1 + z * z / 3) * std::sqrt(0.25 / 3 + z * z / 36);
    EXPECT_NEAR(accuracy["wilson95"][0].get<double>(), 0.5 - half, 1e-9);
    EXPECT_EQ((*report)["both_orders"]["right_in_both"]["right"], 1);
    EXPECT_EQ((*report)["both_orders"]["right_in_both"]["n"], 3);
    EXPECT_EQ((*report)["both_orders"]["consistent"]["right"], 2);
    EXPECT_EQ((*report)["both_orders"]["consistent"]["n"], 4);
    EXPECT_EQ((*report)["tied_pairs"], 1);
    EXPECT_EQ((*report)["parse_failures"], 1);
    ASSERT_EQ((*report)["voting"].size(), 1U);
    EXPECT_EQ((*report)["voting"][0]["accuracy"], accuracy);
    EXPECT_EQ((*report)["voting"][0]["expected_accuracy"], 0.5);
}

TEST(PairReport, aVoteOfKIsOneOfEachOrder)
{
    const std::vector<PairItem> items { judgedInTurn("torn", data::Side::A, "ABAB") };
    const auto report = pairReport(items, { .voting = 2, .bothOrders = true });
    ASSERT_TRUE(report) << report.error().message();
    EXPECT_EQ((*report)["accuracy"]["right"], 1);
    EXPECT_EQ((*report)["both_orders"]["consistent"]["right"], 0);
    EXPECT_EQ((*report)["voting"].size(), 2U);
    const auto tooMany = pairReport(items, { .voting = 3, .bothOrders = true });
    ASSERT_FALSE(tooMany);
    EXPECT_NE(tooMany.error().message().find("has 2 of an order"), std::string::npos);
}

TEST(PairReport, twoJudgesInBothOrdersAreComparedPairByPair)
{
    const auto judged = [](std::string_view first, std::string_view second, std::string_view third) {
        return std::vector<PairItem> { judgedInTurn("x", data::Side::A, first),
            judgedInTurn("y", data::Side::B, second), judgedInTurn("z", data::Side::A, third) };
    };
    const PairReportOptions both { .bothOrders = true };
    const auto compared = comparison(judged("AA", "BA", "-B"), judged("AA", "AA", "AA"), both, "other");
    ASSERT_TRUE(compared) << compared.error().message();
    EXPECT_NEAR((*compared)["difference"].get<double>(), 3.0 / 6 - 4.0 / 6, 1e-12);
    EXPECT_EQ((*compared)["first_better"], 1);
    EXPECT_EQ((*compared)["second_better"], 1);
    EXPECT_EQ((*compared)["alike"], 1);
    EXPECT_EQ((*compared)["sign_test_p"], 1.0);
    EXPECT_FALSE(compared->contains("mcnemar_p"));
    const auto oneOrder = comparison(judged("AA", "BA", "-B"), judged("A", "A", "A"), both, "other.jsonl");
    ASSERT_FALSE(oneOrder);
    EXPECT_NE(oneOrder.error().message().find("other.jsonl"), std::string::npos);
}

double accuracyAt(const std::vector<int>& labels, const std::vector<double>& margins, double threshold)
{
    int right = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const int said = std::abs(margins[i]) <= threshold ? 0 : margins[i] > 0 ? 1 : -1;
        right += said == labels[i] ? 1 : 0;
    }
    return static_cast<double>(right) / static_cast<double>(labels.size());
}

TEST(TieAccuracy, agreesWithTryingEveryThreshold)
{
    base::RandomStream random(5, "ties");
    for (int round = 0; round < 200; ++round) {
        std::vector<int> labels;
        std::vector<double> margins;
        for (int i = 0; i < 12; ++i) {
            labels.push_back(static_cast<int>(random.between(-1, 1)));
            margins.push_back(static_cast<double>(random.between(-4, 4)) / 4);
        }
        double best = -1;
        double threshold = 0;
        for (const double candidate : { 0.0, 0.25, 0.5, 0.75, 1.0 }) {
            const bool occurs = std::any_of(
                margins.begin(), margins.end(), [&](double margin) { return std::abs(margin) == candidate; });
            if (occurs && accuracyAt(labels, margins, candidate) > best + 1e-12) {
                best = accuracyAt(labels, margins, candidate);
                threshold = candidate;
            }
        }
        const TieAccuracy exact = accuracyWithTies(labels, margins);
        EXPECT_NEAR(exact.accuracy, best, 1e-12);
        EXPECT_EQ(exact.threshold, threshold);
        EXPECT_GE(scriptAccuracyWithTies(labels, margins).accuracy, exact.accuracy - 1e-12);
    }
}

} // namespace
} // namespace msrl::bench
