// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/json.h"
#include "engine/device/workers.h"
#include "tests/engine/update/outcome.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/minimum.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <cmath>

using namespace msrl;
using namespace msrl::update;
using test::expectSameGradients;
using test::gradientsOf;
using test::isClose;
using test::kEverything;
using test::Outcome;
using test::plainLogprobs;
using test::run;

TEST(PolicyUpdate, doesNotDependOnTheSplitIntoMicroBatches)
{
    model::Policy policy = test::tinyPolicy(at::kDouble);
    const auto groups = test::tinyGroups(test::tinyPrompts(7, true), 4);
    for (LossKind loss : { LossKind::CrossEntropy, LossKind::PolicyGradient })
        for (Aggregation aggregation :
            { Aggregation::Grpo, Aggregation::Bnpo, Aggregation::DrGrpo, Aggregation::Dapo }) {
            SCOPED_TRACE(aggregationName(aggregation));
            UpdateOptions options;
            options.loss = loss;
            options.objective.aggregation = aggregation;
            options.objective.klWeight = 0.04;
            options.maxCompletionLength = 32;
            options.entropyWeight = 0.01;
            options.tokenBudget = 100000;
            const Outcome whole = run(policy, groups, options);
            EXPECT_EQ(whole.metrics.microBatches, 1);
            std::int64_t fewest = 0;
            for (const std::int64_t times : { 4, 2, 1 }) {
                options.tokenBudget = 70 * times;
                const Outcome split = run(policy, groups, options);
                EXPECT_GT(split.metrics.microBatches, fewest) << "a smaller budget makes more micro-batches";
                fewest = split.metrics.microBatches;
                // The metric sums float32 weights; the gradients show that nothing else is lost.
                EXPECT_NEAR(whole.metrics.loss, split.metrics.loss, 1e-6 * std::abs(whole.metrics.loss));
                EXPECT_EQ(whole.metrics.sums.tokens, split.metrics.sums.tokens);
                EXPECT_NEAR(whole.metrics.entropy, split.metrics.entropy, 1e-9);
                // Weights per token are float32 constants, equal in all; sums differ by rounding only.
                expectSameGradients(whole.gradients, split.gradients, 1e-9);
            }
            EXPECT_GT(fewest, 7);
        }
}

TEST(PolicyUpdate, givesTheSameBitsWhenItRecomputesActivations)
{
    for (const at::ScalarType type : { at::kFloat, at::kDouble, at::kBFloat16 }) {
        model::Policy policy = test::tinyPolicy(type);
        const auto groups = test::tinyGroups(test::tinyPrompts(7, true), 4);
        UpdateOptions options;
        options.objective.klWeight = 0.04;
        options.tokenBudget = 120;
        for (const std::vector<model::Part>& parts : { kEverything, { model::Part::Language } })
            for (const int workers : { 1, 2 }) {
                device::setWorkers(workers);
                options.recompute = false;
                const Outcome kept = run(policy, groups, options, parts);
                options.recompute = true;
                const Outcome recomputed = run(policy, groups, options, parts);
                device::setWorkers(1);
                EXPECT_EQ(recomputed.metrics.loss, kept.metrics.loss);
                expectSameGradients(recomputed.gradients, kept.gradients, 0);
            }
    }
}

TEST(PolicyUpdate, isTheSameWithSeveralWorkersAndBitForBitWhenRepeated)
{
    model::Policy policy = test::tinyPolicy(at::kDouble);
    const auto groups = test::tinyGroups(test::tinyPrompts(7, true), 4);
    UpdateOptions options;
    options.objective.klWeight = 0.04;
    options.entropyWeight = 0.01;
    options.tokenBudget = 120;
    const std::vector<model::Part> language = { model::Part::Language };
    for (const std::vector<model::Part>& parts : { kEverything, language }) {
        const Outcome alone = run(policy, groups, options, parts);
        for (int workers : { 2, 3, 16 }) {
            device::setWorkers(workers);
            const Outcome together = run(policy, groups, options, parts);
            const Outcome again = run(policy, groups, options, parts);
            device::setWorkers(1);
            EXPECT_NEAR(together.metrics.loss, alone.metrics.loss, 1e-6 * std::abs(alone.metrics.loss));
            EXPECT_NEAR(together.metrics.meanLogprob, alone.metrics.meanLogprob, 1e-9);
            EXPECT_NEAR(together.metrics.entropy, alone.metrics.entropy, 1e-9);
            EXPECT_EQ(together.metrics.sums.tokens, alone.metrics.sums.tokens);
            EXPECT_EQ(together.metrics.completionTokens, alone.metrics.completionTokens);
            expectSameGradients(together.gradients, alone.gradients, 1e-9);
            EXPECT_EQ(together.metrics.loss, again.metrics.loss);
            expectSameGradients(together.gradients, again.gradients, 0);
        }
    }
}

TEST(PolicyUpdate, addsToGradientsThatAreThere)
{
    model::Policy policy = test::tinyPolicy(at::kDouble);
    const auto groups = test::tinyGroups(test::tinyPrompts(5, true), 2);
    const Outcome once = run(policy, groups, {});
    device::setWorkers(2);
    const auto more = accumulateGradients(policy, groups, {});
    device::setWorkers(1);
    ASSERT_TRUE(more.ok());
    std::vector<at::Tensor> twice;
    for (const at::Tensor& gradient : once.gradients)
        twice.push_back(gradient.defined() ? gradient * 2.0 : gradient);
    expectSameGradients(gradientsOf(policy), twice, 1e-9);
}

TEST(PolicyUpdate, scoresTheSameWithSeveralWorkers)
{
    const model::Policy policy = test::tinyPolicy(at::kDouble);
    const auto groups = test::tinyGroups(test::tinyPrompts(7, true), 3);
    const auto alone = scoreCompletions(policy, groups, 120);
    device::setWorkers(2);
    const auto together = scoreCompletions(policy, groups, 120);
    device::setWorkers(1);
    ASSERT_TRUE(alone.ok() && together.ok());
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t c = 0; c < groups[g].completions.size(); ++c) {
            ASSERT_EQ((*together)[g][c].size(), groups[g].completions[c].ids.size());
            for (std::size_t t = 0; t < (*alone)[g][c].size(); ++t)
                EXPECT_NEAR((*together)[g][c][t], (*alone)[g][c][t], 1e-6);
        }
}

TEST(PolicyUpdate, isThePlainLossOverWholeSequences)
{
    model::Policy policy = test::tinyPolicy(at::kDouble);
    const auto groups = test::tinyGroups(test::tinyPrompts(4, true), 3);
    UpdateOptions options;
    options.objective.aggregation = Aggregation::Grpo;
    const Outcome got = run(policy, groups, options);
    EXPECT_GT(got.metrics.skippedTokens, 0); // zero advantages, no KL

    model::setTrainable(policy, kEverything);
    at::Tensor loss = at::zeros({}, at::TensorOptions().dtype(at::kDouble));
    std::int64_t rows = 0;
    for (const batch::Group& group : groups)
        for (std::size_t c = 0; c < group.completions.size(); ++c, ++rows) {
            const batch::CompletionInput& completion = group.completions[c];
            const at::Tensor logprobs = plainLogprobs(policy, group, c);
            const at::Tensor ratio = (logprobs - at::tensor(completion.oldLogprobs).to(at::kDouble)).exp();
            const auto advantage = static_cast<double>(static_cast<float>(completion.advantage));
            loss = loss - at::minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage).mean();
        }
    loss = loss / static_cast<double>(rows);
    loss.backward();
    EXPECT_NEAR(got.metrics.loss, loss.item().toDouble(), 1e-6 * std::abs(got.metrics.loss));
    expectSameGradients(got.gradients, gradientsOf(policy), 1e-6);
}

// A weight multiplies the loss of its completion, KL and entropy included, and leaves the divisors alone.
TEST(PolicyUpdate, weighsTheLossOfACompletion)
{
    model::Policy policy = test::tinyPolicy(at::kDouble);
    auto groups = test::tinyGroups(test::tinyPrompts(4, true), 3);
    for (const Aggregation aggregation : { Aggregation::Grpo, Aggregation::DrGrpo, Aggregation::Dapo }) {
        SCOPED_TRACE(aggregationName(aggregation));
        UpdateOptions options;
        options.objective.aggregation = aggregation;
        options.objective.klWeight = 0.04;
        options.entropyWeight = 0.01;
        options.maxCompletionLength = 32;
        options.tokenBudget = 90;
        const auto weighted = [&](double weight) {
            groups[1].completions[0].weight = weight;
            return run(policy, groups, options);
        };
        // The loss is linear in the weights.
        const Outcome all = weighted(1);
        const Outcome without = weighted(0);
        const Outcome got = weighted(2.5);
        const double want = without.metrics.loss + 2.5 * (all.metrics.loss - without.metrics.loss);
        EXPECT_NEAR(got.metrics.loss, want, 1e-5 * (1 + std::abs(want)));
        ASSERT_NE(all.metrics.loss, without.metrics.loss);
        std::vector<at::Tensor> expected;
        for (std::size_t i = 0; i < all.gradients.size(); ++i)
            expected.push_back(all.gradients[i].defined()
                    ? without.gradients[i] + 2.5 * (all.gradients[i] - without.gradients[i])
                    : at::Tensor());
        expectSameGradients(got.gradients, expected, 1e-5); // weights per token are float32
    }
}

// A row's tokens may lie in several micro-batches' chunks of the head: its ratio is that of the whole row.
TEST(PolicyUpdate, takesOneRatioForEachCompletionWhenAsked)
{
    model::Policy policy = test::tinyPolicy(at::kDouble);
    const auto groups = test::tinyGroups(test::tinyPrompts(4, true), 3);
    UpdateOptions options;
    options.objective.aggregation = Aggregation::Grpo;
    options.objective.ratioLevel = RatioLevel::Sequence;
    options.tokenBudget = 90;
    const Outcome got = run(policy, groups, options);

    model::setTrainable(policy, kEverything);
    at::Tensor loss = at::zeros({}, at::TensorOptions().dtype(at::kDouble));
    std::int64_t rows = 0;
    for (const batch::Group& group : groups)
        for (std::size_t c = 0; c < group.completions.size(); ++c, ++rows) {
            const batch::CompletionInput& completion = group.completions[c];
            const at::Tensor difference
                = plainLogprobs(policy, group, c) - at::tensor(completion.oldLogprobs).to(at::kDouble);
            const at::Tensor ratio = difference.mean().exp();
            const auto advantage = static_cast<double>(static_cast<float>(completion.advantage));
            loss = loss - at::minimum(ratio * advantage, ratio.clamp(0.8, 1.2) * advantage);
        }
    loss = loss / static_cast<double>(rows);
    loss.backward();
    EXPECT_NEAR(got.metrics.loss, loss.item().toDouble(), 1e-6 * std::abs(got.metrics.loss));
    expectSameGradients(got.gradients, gradientsOf(policy), 1e-6);
}

TEST(PolicyUpdate, givesFrozenPartsNoGradient)
{
    model::Policy policy = test::tinyPolicy(at::kFloat);
    auto groups = test::tinyGroups(test::tinyPrompts(4, true), 2);
    UpdateOptions options;
    options.loss = LossKind::CrossEntropy;
    const Outcome plain = run(policy, groups, options, { model::Part::Language });
    for (const model::Parameter& parameter : policy.parameters)
        EXPECT_EQ(parameter.value.grad().defined(), parameter.part == model::Part::Language)
            << parameter.name;

    // Features computed before give the same gradient.
    for (batch::Group& group : groups) {
        if (group.prompt.pixels.defined())
            group.prompt.features = model::imageFeatures(policy, group.prompt.pixels).detach();
        group.prompt.pixels = at::Tensor();
    }
    const Outcome cached = run(policy, groups, options, { model::Part::Language });
    expectSameGradients(plain.gradients, cached.gradients, 1e-5);
}

TEST(PolicyUpdate, scoresLikeThePlainForward)
{
    const model::Policy policy = test::tinyPolicy(at::kDouble);
    auto groups = test::tinyGroups(test::tinyPrompts(5, true), 3);
    const auto scores = scoreCompletions(policy, groups, 90);
    ASSERT_TRUE(scores.ok());
    for (std::size_t g = 0; g < groups.size(); ++g)
        for (std::size_t c = 0; c < 3; ++c)
            EXPECT_TRUE(
                isClose(at::tensor((*scores)[g][c]), plainLogprobs(policy, groups[g], c), 1e-6, 1e-5));
    ASSERT_TRUE(attachReference(policy, groups, 90).ok());
    EXPECT_EQ(groups[1].completions[2].refLogprobs, (*scores)[1][2]);
}

TEST(PolicyUpdate, changesNothingOnANonFiniteStep)
{
    model::Policy policy = test::tinyPolicy(at::kFloat);
    auto groups = test::tinyGroups(test::tinyPrompts(2, false), 2);
    groups[0].completions[0].advantage = std::nan("");
    model::setTrainable(policy, { model::Part::Language });
    const model::Policy before = model::clone(policy);
    std::vector<NamedParameter> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back({ parameter.name, parameter.value });
    Adam adam({ { "language", parameters, 1e-2, 0.1 } }, {});
    const auto metrics = trainStep(policy, adam, groups, {}, 1.0);
    ASSERT_TRUE(metrics.ok());
    EXPECT_TRUE(metrics->step.skipped);
    for (std::size_t i = 0; i < policy.parameters.size(); ++i)
        EXPECT_TRUE(policy.parameters[i].value.equal(before.parameters[i].value));
}

TEST(PolicyUpdate, refusesAKlTermWithoutReference)
{
    model::Policy policy = test::tinyPolicy(at::kFloat);
    auto groups = test::tinyGroups(test::tinyPrompts(2, false), 2);
    groups[1].completions[1].refLogprobs.clear();
    UpdateOptions options;
    options.objective.klWeight = 0.04;
    const auto metrics = accumulateGradients(policy, groups, options);
    ASSERT_FALSE(metrics.ok());
    EXPECT_NE(metrics.error().message().find("tiny-1"), std::string::npos);
}

TEST(PolicyUpdate, stopsWhenAsked)
{
    model::Policy policy = test::tinyPolicy(at::kFloat);
    const auto groups = test::tinyGroups(test::tinyPrompts(2, false), 2);
    std::stop_source source;
    source.request_stop();
    const auto metrics = accumulateGradients(policy, groups, {}, source.get_token());
    ASSERT_FALSE(metrics.ok());
    EXPECT_EQ(metrics.error().code, base::ErrorCode::Stopped);
}
