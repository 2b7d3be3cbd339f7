// SPDX-License-Identifier: GPL-3.0-or-later
// Training steps of several ranks against the same steps of one.
#include "engine/device/workers.h"
#include "engine/parallel/scores.h"
#include "engine/parallel/train_step.h"
#include "tests/engine/parallel/thread_ranks.h"
#include "tests/engine/update/tiny_policy.h"

#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

using namespace msrl;
using parallel::Communicator;
using parallel::ShardedAdam;
using test::onRanks;

namespace {

constexpr int kSteps = 3;

std::vector<update::ParameterGroup> groupsOf(model::Policy& policy, const std::vector<model::Part>& parts)
{
    model::setTrainable(policy, parts);
    std::vector<update::NamedParameter> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back({ parameter.name, parameter.value });
    return update::splitByDecay(std::move(parameters), 1e-2, 0.1, "policy");
}

std::vector<batch::Group> groupsOfStep(int step, std::size_t prompts = 7)
{
    return test::tinyGroups(test::tinyPrompts(prompts, true, 20 + static_cast<std::uint64_t>(step)), 4,
        40 + static_cast<std::uint64_t>(step));
}

update::UpdateOptions someOptions()
{
    update::UpdateOptions options;
    options.objective.klWeight = 0.04;
    options.entropyWeight = 0.01;
    options.tokenBudget = 120;
    return options;
}

// Every aggregation, every way to bound a ratio: whatever is divided by or bounded goes by the whole step.
std::vector<update::UpdateOptions> variedOptions()
{
    std::vector<update::UpdateOptions> all;
    for (const auto aggregation : { update::Aggregation::Grpo, update::Aggregation::Bnpo,
             update::Aggregation::DrGrpo, update::Aggregation::Dapo }) {
        all.push_back(someOptions());
        all.back().objective.aggregation = aggregation;
        all.back().maxCompletionLength = 32;
    }
    all[0].objective.ratioLevel = update::RatioLevel::Sequence;
    all[1].objective.importanceCap = 2.0;
    all[1].objective.klEstimator = update::KlEstimator::K1;
    all[2].objective.delta = 1.5;
    all[2].objective.dualClip = 3.0;
    all[2].objective.clipHigh = 0.28;
    all[3].objective.klEstimator = update::KlEstimator::K2;
    return all;
}

const std::vector<model::Part> kEverything
    = { model::Part::Vision, model::Part::Projector, model::Part::Language };

struct Trained
{
    model::Policy policy;
    std::vector<update::UpdateMetrics> metrics;
};

// The same steps on one rank.
Trained trainAlone(at::ScalarType type, int workers, const update::UpdateOptions& options)
{
    Trained trained { test::tinyPolicy(type), {} };
    update::Adam adam(groupsOf(trained.policy, kEverything), {});
    device::setWorkers(workers);
    for (int step = 0; step < kSteps; ++step)
        trained.metrics.push_back(*update::trainStep(trained.policy, adam, groupsOfStep(step), options, 1.0));
    device::setWorkers(1);
    return trained;
}

double largestDifference(const model::Policy& a, const model::Policy& b)
{
    double largest = 0;
    for (std::size_t i = 0; i < a.parameters.size(); ++i)
        largest = std::max(largest,
            (a.parameters[i].value.detach() - b.parameters[i].value.detach()).abs().max().item().toDouble());
    return largest;
}

} // namespace

class RankedStep : public testing::TestWithParam<int>
{
};

// The groups are shared out over all workers of all ranks, and summed in their order.
TEST_P(RankedStep, givesTheBitsOfAsManyWorkers)
{
    const int count = GetParam();
    const Trained alone = trainAlone(at::kFloat, count, someOptions());
    onRanks(count, [&](Communicator& ranks) {
        model::Policy policy = test::tinyPolicy(at::kFloat);
        ShardedAdam adam(groupsOf(policy, kEverything), {}, ranks);
        for (int step = 0; step < kSteps; ++step) {
            const auto metrics
                = parallel::trainStep(policy, adam, groupsOfStep(step), someOptions(), 1.0, ranks);
            ASSERT_TRUE(metrics.ok()) << metrics.error().message();
            EXPECT_EQ(metrics->loss, alone.metrics[static_cast<std::size_t>(step)].loss);
            EXPECT_EQ(metrics->step.gradNorm, alone.metrics[static_cast<std::size_t>(step)].step.gradNorm);
        }
        EXPECT_EQ(largestDifference(policy, alone.policy), 0.0);
    });
}

TEST_P(RankedStep, isTheStepOfOneRankUpToRounding)
{
    for (const update::UpdateOptions& options : variedOptions()) {
        SCOPED_TRACE(update::aggregationName(options.objective.aggregation));
        const Trained alone = trainAlone(at::kDouble, 1, options);
        onRanks(GetParam(), [&](Communicator& ranks) {
            model::Policy policy = test::tinyPolicy(at::kDouble);
            ShardedAdam adam(groupsOf(policy, kEverything), {}, ranks);
            for (int step = 0; step < kSteps; ++step) {
                const auto got = parallel::trainStep(policy, adam, groupsOfStep(step), options, 1.0, ranks);
                ASSERT_TRUE(got.ok());
                const update::UpdateMetrics& expected = alone.metrics[static_cast<std::size_t>(step)];
                EXPECT_NEAR(got->loss, expected.loss, 1e-6 * std::abs(expected.loss));
                EXPECT_NEAR(got->meanLogprob, expected.meanLogprob, 1e-8);
                EXPECT_NEAR(got->entropy, expected.entropy, 1e-8);
                EXPECT_NEAR(got->sums.kl, expected.sums.kl, std::max(1e-5, 1e-8 * expected.sums.kl));
                EXPECT_EQ(got->sums.tokens, expected.sums.tokens);
                EXPECT_EQ(got->sums.clippedLow, expected.sums.clippedLow);
                EXPECT_EQ(got->completionTokens, expected.completionTokens);
                EXPECT_EQ(got->skippedTokens, expected.skippedTokens);
            }
            EXPECT_LT(largestDifference(policy, alone.policy), 1e-6);
        });
    }
}

TEST_P(RankedStep, worksWithFewerGroupsThanRanks)
{
    model::Policy alone = test::tinyPolicy(at::kDouble);
    update::Adam adamAlone(groupsOf(alone, kEverything), {});
    ASSERT_TRUE(update::trainStep(alone, adamAlone, groupsOfStep(0, 1), someOptions(), 1.0).ok());
    onRanks(GetParam(), [&](Communicator& ranks) {
        update::UpdateOptions options = someOptions();
        options.tokenBudget = 100000; // one micro-batch in all
        model::Policy policy = test::tinyPolicy(at::kDouble);
        ShardedAdam adam(groupsOf(policy, kEverything), {}, ranks);
        ASSERT_TRUE(parallel::trainStep(policy, adam, groupsOfStep(0, 1), options, 1.0, ranks).ok());
        EXPECT_LT(largestDifference(policy, alone), 1e-6);
    });
}

// Where every group has earned the same, or dynamic sampling has found no other, nothing moves: neither by
// old moments nor by the decay of weights. It is no failure either.
TEST_P(RankedStep, standsStillWhereThereIsNothingToLearn)
{
    update::UpdateOptions options;
    options.tokenBudget = 120;
    onRanks(GetParam(), [&](Communicator& ranks) {
        model::Policy policy = test::tinyPolicy(at::kFloat);
        ShardedAdam adam(groupsOf(policy, kEverything), {}, ranks);
        ASSERT_TRUE(parallel::trainStep(policy, adam, groupsOfStep(0), options, 1.0, ranks).ok());
        const model::Policy before = model::clone(policy);
        auto flat = groupsOfStep(1);
        std::int64_t tokens = 0;
        for (batch::Group& group : flat)
            for (batch::CompletionInput& completion : group.completions) {
                completion.advantage = 0;
                tokens += static_cast<std::int64_t>(completion.ids.size());
            }
        for (const auto& groups : { flat, std::vector<batch::Group> {} }) {
            const auto metrics = parallel::trainStep(policy, adam, groups, options, 1.0, ranks);
            ASSERT_TRUE(metrics.ok()) << metrics.error().message();
            EXPECT_FALSE(metrics->step.skipped);
            EXPECT_EQ(metrics->loss, 0.0);
            EXPECT_EQ(metrics->microBatches, 0);
            EXPECT_EQ(metrics->skippedTokens, groups.empty() ? 0 : tokens);
            EXPECT_EQ(largestDifference(policy, before), 0.0);
        }
    });
}

TEST_P(RankedStep, skipsAlikeOnANonFiniteLoss)
{
    onRanks(GetParam(), [](Communicator& ranks) {
        model::Policy policy = test::tinyPolicy(at::kFloat);
        const model::Policy before = model::clone(policy);
        ShardedAdam adam(groupsOf(policy, kEverything), {}, ranks);
        auto groups = groupsOfStep(0);
        groups[3].completions[0].advantage = std::nan(""); // in the part of one rank
        const auto metrics = parallel::trainStep(policy, adam, groups, someOptions(), 1.0, ranks);
        ASSERT_TRUE(metrics.ok());
        EXPECT_TRUE(metrics->step.skipped);
        EXPECT_EQ(largestDifference(policy, before), 0.0);
    });
}

TEST_P(RankedStep, stopsOnAllRanksWhenOneIsStopped)
{
    onRanks(GetParam(), [](Communicator& ranks) {
        model::Policy policy = test::tinyPolicy(at::kFloat);
        ShardedAdam adam(groupsOf(policy, kEverything), {}, ranks);
        std::stop_source stop;
        if (ranks.isLead())
            stop.request_stop();
        const auto metrics
            = parallel::trainStep(policy, adam, groupsOfStep(0), someOptions(), 1.0, ranks, stop.get_token());
        ASSERT_FALSE(metrics.ok());
        EXPECT_EQ(metrics.error().code, base::ErrorCode::Stopped);
        EXPECT_TRUE(ranks.barrier().ok()) << "all can go on together";
    });
}

TEST_P(RankedStep, scoresLikeOneRank)
{
    const model::Policy policy = test::tinyPolicy(at::kDouble);
    const auto prompts = test::tinyPrompts(7, true);
    auto expected = test::tinyGroups(prompts, 3);
    ASSERT_TRUE(update::attachReference(policy, expected, 120).ok());
    onRanks(GetParam(), [&](Communicator& ranks) {
        auto groups = test::tinyGroups(prompts, 3);
        ASSERT_TRUE(parallel::attachReference(policy, groups, 120, ranks).ok());
        for (std::size_t g = 0; g < groups.size(); ++g)
            for (std::size_t c = 0; c < groups[g].completions.size(); ++c) {
                const auto& values = groups[g].completions[c].refLogprobs;
                ASSERT_EQ(values.size(), groups[g].completions[c].ids.size());
                for (std::size_t t = 0; t < values.size(); ++t)
                    EXPECT_NEAR(values[t], expected[g].completions[c].refLogprobs[t], 1e-6);
            }
    });
}

INSTANTIATE_TEST_SUITE_P(Ranks, RankedStep, testing::Values(2, 3));
