// SPDX-License-Identifier: GPL-3.0-or-later
// The optimiser over several ranks against update::Adam on one: the same bits.
#include "core/base/random.h"
#include "engine/parallel/sharded_adam.h"
#include "tests/engine/parallel/thread_ranks.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <array>
#include <cmath>

using namespace msrl;
using parallel::Communicator;
using parallel::ShardedAdam;
using test::onRanks;

namespace {

constexpr int kSteps = 4;

at::Tensor randomTensor(const std::vector<std::int64_t>& sizes, std::uint64_t purpose, std::uint64_t number)
{
    base::RandomStream random(7, "sharded", { purpose, number });
    at::Tensor values = at::empty(sizes, at::TensorOptions().dtype(at::kFloat));
    float* value = values.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < values.numel(); ++i)
        value[i] = static_cast<float>(random.normal());
    return values;
}

const std::vector<std::vector<std::int64_t>> kSizes { { 40, 7 }, { 5 }, { 3, 3, 3 }, { 1 }, { 64 },
    { 9, 2 } };
constexpr std::size_t kNeverUsed = 3; // no rank ever has a gradient of it
constexpr std::size_t kSecondOnly = 4; // only rank 1 has, where there is one

std::vector<update::ParameterGroup> freshGroups()
{
    std::vector<update::ParameterGroup> groups(2);
    groups[0] = { "decayed", {}, 1e-2, 0.1 };
    groups[1] = { "plain", {}, 2e-2, 0.0 };
    for (std::size_t i = 0; i < kSizes.size(); ++i)
        groups[i % 2].parameters.push_back(
            { "p" + std::to_string(i), randomTensor(kSizes[i], 0, i).requires_grad_(true) });
    return groups;
}

std::size_t numberOf(const update::NamedParameter& parameter)
{
    return static_cast<std::size_t>(parameter.name[1] - '0');
}

// The gradient that a rank has in a step, or none.
at::Tensor gradientOf(std::size_t parameter, int step, int rank)
{
    if (parameter == kNeverUsed || (parameter == kSecondOnly && rank != 1))
        return {};
    return randomTensor(kSizes[parameter], 1, static_cast<std::uint64_t>(step * 10 + rank) * 10 + parameter);
}

void setGradients(std::vector<update::ParameterGroup>& groups, int step, int rank)
{
    for (update::ParameterGroup& group : groups)
        for (update::NamedParameter& parameter : group.parameters)
            parameter.tensor.mutable_grad() = gradientOf(numberOf(parameter), step, rank);
}

// What one rank does whose gradients are the sums over `ranks` ranks.
struct Alone
{
    explicit Alone(int ranks)
        : groups(freshGroups())
        , adam(groups, options())
        , m_ranks(ranks)
    {
    }

    static update::AdamOptions options() { return { 0.9, 0.95, 1e-8, 1.0 }; }

    update::StepReport step(int number)
    {
        for (update::ParameterGroup& group : groups)
            for (update::NamedParameter& parameter : group.parameters) {
                at::Tensor sum;
                for (int rank = 0; rank < m_ranks; ++rank)
                    if (const at::Tensor part = gradientOf(numberOf(parameter), number, rank); part.defined())
                        sum = sum.defined() ? sum + part : part;
                parameter.tensor.mutable_grad() = sum;
            }
        const update::StepReport report = adam.step(1.0);
        adam.zeroGrad();
        return report;
    }

    std::vector<update::ParameterGroup> groups;
    update::Adam adam;

private:
    int m_ranks;
};

void expectSameParameters(
    const std::vector<update::ParameterGroup>& some, const std::vector<update::ParameterGroup>& others)
{
    for (std::size_t g = 0; g < some.size(); ++g)
        for (std::size_t i = 0; i < some[g].parameters.size(); ++i)
            EXPECT_TRUE(some[g].parameters[i].tensor.equal(others[g].parameters[i].tensor))
                << some[g].parameters[i].name;
}

void expectSameState(const parallel::NamedTensors& some, const parallel::NamedTensors& others)
{
    ASSERT_EQ(some.size(), others.size());
    for (std::size_t i = 0; i < some.size(); ++i) {
        EXPECT_EQ(some[i].first, others[i].first);
        EXPECT_TRUE(some[i].second.equal(others[i].second)) << some[i].first;
    }
}

} // namespace

class ShardedAdamTest : public testing::TestWithParam<int>
{
};

TEST_P(ShardedAdamTest, stepsLikeOneRankBitForBit)
{
    const int count = GetParam();
    Alone alone(count);
    std::vector<update::StepReport> reports;
    for (int step = 0; step < kSteps; ++step)
        reports.push_back(alone.step(step));
    ASSERT_GT(reports[0].gradNorm, 1.0) << "the gradients must be clipped for the test to mean something";
    onRanks(count, [&](Communicator& ranks) {
        auto groups = freshGroups();
        ShardedAdam adam(groups, Alone::options(), ranks);
        for (int step = 0; step < kSteps; ++step) {
            setGradients(groups, step, ranks.rank());
            const auto report = adam.step(1.0);
            ASSERT_TRUE(report.ok());
            EXPECT_EQ(report->gradNorm, reports[static_cast<std::size_t>(step)].gradNorm);
            adam.zeroGrad();
        }
        expectSameParameters(groups, alone.groups);
        const auto state = adam.gatherState();
        ASSERT_TRUE(state.ok());
        if (ranks.isLead())
            expectSameState(*state, alone.adam.state());
        else
            EXPECT_TRUE(state->empty());
    });
}

TEST_P(ShardedAdamTest, sharesTheStateOutEvenly)
{
    const int count = GetParam();
    std::mutex mutex;
    std::vector<std::int64_t> held;
    onRanks(count, [&](Communicator& ranks) {
        ShardedAdam adam(freshGroups(), {}, ranks);
        std::int64_t values = 0;
        for (const auto& [name, tensor] : adam.own().state())
            values += name.starts_with("exp_avg/") ? tensor.numel() : 0;
        const std::lock_guard lock(mutex);
        held.push_back(values);
    });
    std::int64_t total = 0, largest = 0;
    for (const auto& sizes : kSizes) {
        std::int64_t product = 1;
        for (const std::int64_t size : sizes)
            product *= size;
        total += product;
        largest = std::max(largest, product);
    }
    std::int64_t sum = 0;
    for (const std::int64_t values : held) {
        sum += values;
        EXPECT_LE(values, std::max(largest, total / count + largest));
    }
    EXPECT_EQ(sum, total) << "every value has one owner";
}

TEST_P(ShardedAdamTest, skipsOnAllRanksWhenOneGradientIsNotFinite)
{
    onRanks(GetParam(), [](Communicator& ranks) {
        auto groups = freshGroups();
        ShardedAdam adam(groups, Alone::options(), ranks);
        setGradients(groups, 0, ranks.rank());
        const update::NamedParameter& struck = groups[0].parameters[1];
        if (ranks.rank() == 1)
            struck.tensor.grad()[0][0][0] = std::nanf("");
        const auto report = adam.step(1.0);
        ASSERT_TRUE(report.ok());
        EXPECT_TRUE(report->skipped);
        EXPECT_EQ(report->offender, struck.name);
        expectSameParameters(groups, freshGroups());
    });
}

TEST_P(ShardedAdamTest, goesOnFromTheStateOfAnyNumberOfRanks)
{
    const int count = GetParam();
    // Written by two ranks, read by `count`, and by one.
    Alone alone(2);
    alone.step(0);
    parallel::NamedTensors written;
    std::vector<update::ParameterGroup> trained;
    onRanks(2, [&](Communicator& ranks) {
        auto groups = freshGroups();
        ShardedAdam adam(groups, Alone::options(), ranks);
        setGradients(groups, 0, ranks.rank());
        ASSERT_TRUE(adam.step(1.0).ok());
        const auto state = adam.gatherState();
        ASSERT_TRUE(state.ok());
        if (ranks.isLead()) {
            for (const auto& [name, tensor] : *state)
                written.emplace_back(name, tensor.clone());
            trained = groups;
        }
    });
    for (const int readers : { 1, count }) {
        Alone expected(readers);
        for (std::size_t g = 0; g < trained.size(); ++g)
            for (std::size_t i = 0; i < trained[g].parameters.size(); ++i)
                expected.groups[g].parameters[i].tensor.detach().copy_(trained[g].parameters[i].tensor);
        ASSERT_TRUE(expected.adam.restore(written).ok());
        expected.step(1);
        onRanks(readers, [&](Communicator& ranks) {
            auto groups = freshGroups();
            for (std::size_t g = 0; g < groups.size(); ++g)
                for (std::size_t i = 0; i < groups[g].parameters.size(); ++i)
                    groups[g].parameters[i].tensor.detach().copy_(trained[g].parameters[i].tensor);
            ShardedAdam adam(groups, Alone::options(), ranks);
            ASSERT_TRUE(adam.restore(written).ok());
            setGradients(groups, 1, ranks.rank());
            ASSERT_TRUE(adam.step(1.0).ok());
            expectSameParameters(groups, expected.groups);
        });
    }
}

TEST_P(ShardedAdamTest, refusesTheStateOfOtherParameters)
{
    onRanks(GetParam(), [](Communicator& ranks) {
        ShardedAdam adam(freshGroups(), {}, ranks);
        EXPECT_FALSE(adam.restore({}).ok());
        const Alone other(1);
        parallel::NamedTensors state = other.adam.state();
        state.front().first = "exp_avg/of another model";
        EXPECT_FALSE(adam.restore(state).ok());
    });
}

INSTANTIATE_TEST_SUITE_P(Ranks, ShardedAdamTest, testing::Values(2, 3, 8));
