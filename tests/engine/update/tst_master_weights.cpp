// SPDX-License-Identifier: GPL-3.0-or-later
// A policy that computes in bfloat16 for a master that learns in float32.
#include "engine/device/workers.h"
#include "tests/engine/update/outcome.h"

#include <algorithm>

using namespace msrl;
using namespace msrl::update;
using test::gradientsOf;
using test::Outcome;
using test::run;

namespace {

Adam adamOf(const model::Policy& policy, double lr)
{
    std::vector<NamedParameter> parameters;
    for (const model::Parameter& parameter : model::trainableParameters(policy))
        parameters.push_back({ parameter.name, parameter.value });
    return Adam({ { "policy", parameters, lr, 0.0 } }, {});
}

double largestChange(const model::Policy& from, const model::Policy& to)
{
    double largest = 0;
    for (std::size_t i = 0; i < from.parameters.size(); ++i)
        largest = std::max(largest,
            (from.parameters[i].value.detach().to(at::kDouble)
                - to.parameters[i].value.detach().to(at::kDouble))
                .abs()
                .max()
                .item()
                .toDouble());
    return largest;
}

} // namespace

// Steps that bfloat16 cannot hold add up in the master, and the policy that computes is the master's
// rounding.
TEST(MasterWeights, learnWhatTheirCoarsePolicyComputes)
{
    constexpr double kLr = 1e-5;
    const auto groups = test::tinyGroups(test::tinyPrompts(5, true), 3);
    for (const int workers : { 1, 2 }) {
        device::setWorkers(workers);
        model::Policy master = test::tinyPolicy(at::kFloat);
        model::setTrainable(master, { model::Part::Language });
        const model::Policy before = model::clone(master);
        model::Policy policy = model::clone(master, at::kBFloat16);
        model::setTrainable(policy, { model::Part::Language });
        Adam adam = adamOf(master, kLr);
        for (int step = 0; step < 3; ++step) {
            const auto metrics = trainStep({ policy, &master }, adam, groups, {}, 1.0);
            ASSERT_TRUE(metrics.ok()) << metrics.error().message();
            EXPECT_GT(metrics->step.gradNorm, 0);
        }
        device::setWorkers(1);
        EXPECT_GT(largestChange(before, master), 2 * kLr);
        EXPECT_LT(largestChange(before, master), 4 * kLr) << "Adam moves each by about lr a step";
        for (std::size_t i = 0; i < policy.parameters.size(); ++i) {
            const model::Parameter& parameter = policy.parameters[i];
            EXPECT_TRUE(parameter.value.equal(master.parameters[i].value.to(at::kBFloat16)))
                << parameter.name;
            EXPECT_FALSE(parameter.value.grad().defined());
        }
    }
}

// Sums of gradients are taken in float32: many micro-batches give what one gives.
TEST(MasterWeights, sumsACoarsePolicysGradientsInFloat32)
{
    model::Policy master = test::tinyPolicy(at::kFloat);
    model::Policy policy = model::clone(master, at::kBFloat16);
    for (model::Policy* one : { &master, &policy })
        model::setTrainable(*one, { model::Part::Language });
    const auto groups = test::tinyGroups(test::tinyPrompts(8, false), 4);
    UpdateOptions options;
    options.loss = LossKind::CrossEntropy;
    const Outcome exact = run(master, groups, options, { model::Part::Language });
    model::setTrainable(master, { model::Part::Language }); // drops the gradients
    options.tokenBudget = 60;
    ASSERT_TRUE(accumulateGradients({ policy, &master }, groups, options).ok());
    const std::vector<at::Tensor> coarse = gradientsOf(master);
    for (std::size_t i = 0; i < coarse.size(); ++i) {
        ASSERT_EQ(coarse[i].defined(), exact.gradients[i].defined());
        if (!coarse[i].defined())
            continue;
        EXPECT_EQ(coarse[i].scalar_type(), at::kFloat);
        const double error = (coarse[i] - exact.gradients[i]).norm().item().toDouble();
        EXPECT_LT(error, 0.05 * exact.gradients[i].norm().item().toDouble() + 1e-6)
            << master.parameters[i].name;
    }
}
