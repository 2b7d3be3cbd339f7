// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/evaluation.h"

#include <gtest/gtest.h>

namespace msrl::judge {
namespace {

using data::Side;
using data::TaskType;

Outcome outcome(const std::string& completion, Side gold, TaskType task)
{
    const Requirements needs { .type = true, .caption = true };
    return outcomeOf(parseStrict(completion, needs), gold, task, needs, "NW red circle.");
}

std::string written(const std::string& type, const std::string& caption, const std::string& answer)
{
    return "<type>" + type + "</type><caption>" + caption + "</caption><think>x</think><answer>" + answer
        + "</answer>";
}

// Four judgements: right (exact caption), wrong (other caption), right (wrong type), unparsed.
EvaluationSummary twoPairs()
{
    EvaluationSummary summary;
    const auto image = TaskType::ImageUnderstanding;
    const auto video = TaskType::VideoGeneration;
    summary.add(image, outcome(written("image understanding", "NW red circle.", "A"), Side::A, image),
        outcome(written("image understanding", "NW red cross.", "A"), Side::B, image));
    summary.add(video, outcome(written("image generation", "NW red circle.", "B"), Side::B, video),
        outcome("no idea", Side::A, video));
    return summary;
}

TEST(Evaluation, countsUnparsedAsWrong)
{
    const EvaluationSummary summary = twoPairs();
    EXPECT_EQ(summary.numPairs(), 2);
    EXPECT_DOUBLE_EQ(summary.accuracy(), 0.5);
    EXPECT_DOUBLE_EQ(summary.bothOrders(), 0);
    EXPECT_DOUBLE_EQ(summary.format(), 0.75);
    EXPECT_DOUBLE_EQ(*summary.type(), 0.5);
    EXPECT_DOUBLE_EQ(*summary.captionExact(), 0.5);
    EXPECT_EQ(summary.parseFailures(), 1);
}

TEST(Evaluation, bothOrdersNeedsTwoRightAnswers)
{
    EvaluationSummary summary;
    const Requirements none;
    const auto says = [&](const char* letter, Side gold) {
        return outcomeOf(parseStrict(std::string("<think>x</think><answer>") + letter + "</answer>", none),
            gold, TaskType::Text, none);
    };
    summary.add(TaskType::Text, says("A", Side::A), says("B", Side::B)); // consistent and right
    summary.add(TaskType::Text, says("A", Side::A), says("A", Side::B)); // always the first
    summary.add(TaskType::Text, says("B", Side::A), says("A", Side::B)); // consistent and wrong
    EXPECT_DOUBLE_EQ(summary.accuracy(), 0.5);
    EXPECT_DOUBLE_EQ(summary.bothOrders(), 1.0 / 3.0);
    EXPECT_EQ(summary.type(), std::nullopt);
    EXPECT_TRUE(summary.toJson()["type"].is_null());
}

TEST(Evaluation, jsonHasExactlyItsKeys)
{
    EXPECT_EQ(twoPairs().toJson().dump(),
        R"({"accuracy":0.5,"both_orders":0.0,"by_task":{"image_understanding":0.5,"video_generation":0.5},)"
        R"("by_task_n":{"image_understanding":1,"video_generation":1},"format":0.75,"type":0.5,"parse_failures":1,"n":2})");
}

TEST(Evaluation, partsMergeToTheWhole)
{
    EvaluationSummary merged = twoPairs();
    merged.merge(EvaluationSummary());
    EXPECT_EQ(merged.toJson(), twoPairs().toJson());
    merged.merge(twoPairs());
    EXPECT_EQ(merged.numPairs(), 4);
    EXPECT_EQ(merged.parseFailures(), 2);
    EXPECT_DOUBLE_EQ(merged.accuracy(), 0.5);
}

} // namespace
} // namespace msrl::judge
