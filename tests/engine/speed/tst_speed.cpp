// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/speed/flops.h"
#include "engine/speed/measure.h"
#include "engine/speed/workload.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace msrl::speed {
namespace {

model::ModelConfig tinyConfig()
{
    model::ModelConfig config;
    config.vision = { 32, 2, 2, 64, 28, 7, 1e-6, true };
    config.text.hidden = 24;
    config.text.layers = 3;
    config.text.heads = 4;
    config.text.kvHeads = 2;
    config.text.headDim = 8;
    config.text.intermediate = 40;
    config.text.vocabulary = 100;
    config.text.maxPositions = 128;
    config.imageTokenId = 5;
    return config;
}

// Weights of matrices whose names hold `part`, as they are stored: one multiplication each for a token.
double matrixWeights(const model::Policy& policy, std::string_view part)
{
    double count = 0;
    for (const model::Parameter& parameter : policy.parameters)
        if (parameter.value.dim() >= 2 && parameter.name.find(part) != std::string::npos)
            count += static_cast<double>(parameter.value.numel());
    return count;
}

TEST(Flops, aTokenCostsTwoOperationsForEachWeight)
{
    const auto policy = model::createPolicy(tinyConfig(), 1);
    ASSERT_TRUE(policy);
    const model::TextConfig& text = policy->config.text;
    EXPECT_DOUBLE_EQ(layerFlops(text, 7, 0), 2 * 7 * matrixWeights(*policy, "language_model.model.layers"));
    EXPECT_DOUBLE_EQ(headFlops(text, 7), 2 * 7 * matrixWeights(*policy, "lm_head"));
}

TEST(Flops, attentionGrowsWithTheKeysLookedAt)
{
    const model::TextConfig text = tinyConfig().text;
    double keys = 0;
    for (int token = 1; token <= 9; ++token)
        keys += token;
    EXPECT_DOUBLE_EQ(causalContext(9), keys);
    // Scores and weighted values: layers × heads × head size, each key, two operations, twice.
    EXPECT_DOUBLE_EQ(layerFlops(text, 9, keys) - layerFlops(text, 9, 0), 2.0 * 2 * 3 * 4 * 8 * keys);
}

TEST(Flops, aTileCostsItsPatchesAndItsTokens)
{
    const auto policy = model::createPolicy(tinyConfig(), 1);
    ASSERT_TRUE(policy);
    const double tokens = 17; // 4 × 4 patches and the class token
    const double attention = 2.0 * 2 * 2 * 32 * tokens * tokens;
    const double expected = 2 * tokens * matrixWeights(*policy, "vision_tower.encoder.layer") + attention
        + 2 * 16 * matrixWeights(*policy, "patch_embeddings")
        + 2 * 4 * matrixWeights(*policy, "multi_modal_projector");
    EXPECT_DOUBLE_EQ(visionFlops(policy->config, 1), expected);
    EXPECT_DOUBLE_EQ(visionFlops(policy->config, 3), 3 * expected);
}

TEST(Workload, hasExactlyTheSizesAskedFor)
{
    const model::ModelConfig config = tinyConfig();
    const auto prompts = randomPrompts(config, { 3, 20, 2 }, 1);
    ASSERT_EQ(prompts.size(), 3U);
    for (const batch::PromptInput& prompt : prompts) {
        EXPECT_EQ(prompt.ids.size(), 20U + 2 * 4);
        EXPECT_EQ(std::count(prompt.ids.begin(), prompt.ids.end(), config.imageTokenId), 2 * 4);
        EXPECT_EQ(prompt.pixels.sizes(), (at::IntArrayRef { 2, 3, 28, 28 }));
    }
    EXPECT_NE(prompts[0].ids, prompts[1].ids);
    EXPECT_EQ(prompts[2].ids, randomPrompts(config, { 3, 20, 2 }, 1)[2].ids);
}

TEST(Workload, aSequenceIsLearntAfterItsImages)
{
    const model::ModelConfig config = tinyConfig();
    const auto groups = randomSequences(config, { 2, 20, 1 }, 1);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(std::count(groups[0].prompt.ids.begin(), groups[0].prompt.ids.end(), config.imageTokenId), 4);
    EXPECT_NE(groups[0].prompt.ids.back(), config.imageTokenId);
    EXPECT_EQ(groups[0].prompt.ids.size() + groups[0].completions[0].ids.size(), 24U);
    EXPECT_EQ(randomSequences(config, { 1, 20, 0 }, 1)[0].completions[0].ids.size(), 18U);
}

TEST(Workload, refusesWhatTheModelCannotHold)
{
    const model::ModelConfig config = tinyConfig();
    EXPECT_TRUE(checkShape(config, { 1, 100, 2 }, 20));
    EXPECT_FALSE(checkShape(config, { 1, 100, 2 }, 21));
    EXPECT_FALSE(checkShape(config, { 1, 4, 0 }, 1));
}

TEST(Measure, countsTokensAndChangesParametersOnlyWhenItTrains)
{
    auto policy = model::createPolicy(tinyConfig(), 1);
    ASSERT_TRUE(policy);
    const at::Tensor before = policy->weights.embedding.detach().clone();
    SpeedOptions options;
    options.groupSize = 3;
    options.newTokens = 5;
    options.repeats = 2;
    const PromptShape shape { 2, 12, 1 };
    const auto prompts = randomPrompts(policy->config, shape, 1);
    const auto rollout = measureRollout(*policy, prompts, options);
    ASSERT_TRUE(rollout);
    EXPECT_EQ(rollout->seconds.size(), 2U);
    EXPECT_EQ(rollout->tokens, 2 * 3 * 5);
    EXPECT_GT(rollout->flops, 0);
    EXPECT_TRUE(before.equal(policy->weights.embedding));
    const auto grpo = measureGrpo(*policy, prompts, options);
    ASSERT_TRUE(grpo);
    EXPECT_GT(grpo->flops, 3 * rollout->flops);
    const auto update = measureUpdate(*policy, randomSequences(policy->config, shape, 1), options);
    ASSERT_TRUE(update);
    EXPECT_EQ(update->tokens, 2 * 16);
    EXPECT_FALSE(before.equal(policy->weights.embedding));
}

TEST(Measure, aStopIdEndsACompletion)
{
    const auto policy = model::createPolicy(tinyConfig(), 1);
    ASSERT_TRUE(policy);
    SpeedOptions options;
    options.newTokens = 50;
    options.repeats = 1;
    for (std::int64_t id = 0; id < policy->config.text.vocabulary; ++id)
        options.stopIds.push_back(id);
    const auto rollout = measureRollout(*policy, randomPrompts(policy->config, { 2, 12, 0 }, 1), options);
    ASSERT_TRUE(rollout);
    EXPECT_EQ(rollout->tokens, 2 * 8);
}

TEST(Measure, theMedianIsTheMiddleOne)
{
    EXPECT_EQ(median({ 5, 1, 3 }), 3);
    EXPECT_EQ(median({ 4 }), 4);
}

} // namespace
} // namespace msrl::speed
