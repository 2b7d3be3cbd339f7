// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/advantages.h"
#include "core/judge/rewards.h"
#include "tests/core/judge/golden_rows.h"

namespace msrl::judge {
namespace {

using base::Json;
using data::Side;
using data::TaskType;

const RewardWeights kWeights { { "accuracy", 1.0 }, { "format", 0.2 }, { "task", 0.2 } };

TEST(Rewards, sumsTheWeightedParts)
{
    RewardInput input;
    input.judgement = parseStrict("<type>Image-Generation</type><think>x</think><answer>B</answer>");
    input.gold = Side::B;
    input.task = TaskType::ImageGeneration;
    input.asksForType = true;
    const Reward all = rewards(input, kWeights);
    EXPECT_EQ(all.part("accuracy"), 1.0);
    EXPECT_EQ(all.part("format"), 1.0);
    EXPECT_EQ(all.part("task"), 1.0);
    EXPECT_DOUBLE_EQ(all.total, 1.4);

    input.gold = Side::A;
    EXPECT_DOUBLE_EQ(rewards(input, kWeights).total, 0.4);
    EXPECT_DOUBLE_EQ(rewards(input, { { "accuracy", 1.0 }, { "format", 0.5 } }).total, 0.5);
}

TEST(Rewards, whatDoesNotApplyIsNotZero)
{
    RewardInput input; // a replayed text row without a label
    input.judgement = parseStrict("<think>x</think><answer>B</answer>");
    const Reward reward = rewards(input, kWeights);
    EXPECT_EQ(reward.part("accuracy"), std::nullopt);
    EXPECT_EQ(reward.part("task"), std::nullopt);
    EXPECT_EQ(reward.part("format"), 1.0);
    EXPECT_DOUBLE_EQ(reward.total, 0.2);
    EXPECT_EQ(reward.parts.size(), 3u);
}

TEST(Rewards, combineAsRecorded)
{
    for (const Json& combine : goldenJson("advantages.json")["combine"]) {
        for (std::size_t i = 0; i < combine["rewards"].size(); ++i) {
            std::vector<std::optional<double>> values;
            for (const Json& value : combine["rewards"][i])
                values.push_back(value.is_null() ? std::nullopt : std::optional(value.get<double>()));
            EXPECT_NEAR(combined(values, combine["weights"].get<std::vector<double>>()),
                combine["combined"][i].get<double>(), 1e-12);
        }
    }
}

TEST(Advantages, agreeWithEveryRecordedCase)
{
    const Json cases = goldenJson("advantages.json")["cases"];
    ASSERT_EQ(cases.size(), 81u);
    for (const Json& row : cases) {
        const std::string scale = row["scale_rewards"];
        const auto rewardList = row["rewards"].get<std::vector<double>>();
        const Advantages out = groupAdvantages(rewardList, row["num_generations"],
            scale == "group"       ? AdvantageScale::Group
                : scale == "batch" ? AdvantageScale::Batch
                                   : AdvantageScale::None,
            row["eps"]);
        ASSERT_EQ(out.values.size(), rewardList.size());
        for (std::size_t i = 0; i < rewardList.size(); ++i)
            EXPECT_NEAR(out.values[i], row["advantages"][i].get<double>(), 1e-9);
        for (std::size_t g = 0; g < out.groupMean.size(); ++g) {
            EXPECT_NEAR(out.groupMean[g], row["group_mean"][g].get<double>(), 1e-12);
            EXPECT_NEAR(out.groupStd[g], row["group_std"][g].get<double>(), 1e-12);
        }
        EXPECT_NEAR(out.batchStd, row["batch_std"].get<double>(), 1e-12);
        EXPECT_NEAR(out.batchMean, row["reward_mean"].get<double>(), 1e-12);
        EXPECT_NEAR(out.zeroVarianceShare, row["frac_reward_zero_std"].get<double>(), 1e-12);
    }
}

TEST(Advantages, sumToZeroInEveryGroup)
{
    const std::vector<double> rewardList { 1.4, 0.2, 0.2, 1.2, 1.4, 1.4, 1.4, 1.4 };
    const Advantages out = groupAdvantages(rewardList, 4, AdvantageScale::Group);
    EXPECT_NEAR(out.values[0] + out.values[1] + out.values[2] + out.values[3], 0, 1e-12);
    EXPECT_NEAR(out.values[4], 0, 1e-9);
    EXPECT_EQ(out.zeroVarianceShare, 0.5);
}

} // namespace
} // namespace msrl::judge
