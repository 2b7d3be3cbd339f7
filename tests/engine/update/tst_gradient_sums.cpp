// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/gradient_sums.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/ones.h>

#include <gtest/gtest.h>

namespace msrl::update {
namespace {

at::Tensor leaf(std::int64_t size, at::ScalarType type = at::kFloat)
{
    return at::ones({ size }, at::TensorOptions().dtype(type)).requires_grad_(true);
}

bool holds(const at::Tensor& gradient, double value)
{
    return gradient.defined() && gradient.equal(at::full_like(gradient, value));
}

TEST(GradientSums, aSumIsMadeWithTheLastWorkersLastGradient)
{
    const at::Tensor target = leaf(2);
    const at::Tensor first = leaf(2);
    const at::Tensor second = leaf(2);
    GradientSums sums({ target }, { { first }, { second } }, 2);
    sums.startBackward(0, false);
    (first * 2).sum().backward();
    sums.startBackward(1, true);
    (second * 10).sum().backward();
    EXPECT_FALSE(target.grad().defined()) << "the first worker has another micro-batch";
    EXPECT_FALSE(second.grad().defined()) << "a gradient does not stay with its leaf";
    sums.startBackward(0, true);
    (first * 3).sum().backward();
    EXPECT_TRUE(holds(target.grad(), 15));
    sums.finish();
    EXPECT_TRUE(holds(target.grad(), 15)) << "added twice";
}

TEST(GradientSums, finishAddsWhatWaitedForAGradientThatNeverCame)
{
    const at::Tensor target = leaf(3);
    target.mutable_grad() = at::full({ 3 }, 1.0);
    const at::Tensor used = leaf(3);
    GradientSums sums({ target }, { { used }, { leaf(3) } }, 2);
    sums.startBackward(0, true);
    (used * 4).sum().backward();
    EXPECT_TRUE(holds(target.grad(), 1));
    sums.finish();
    EXPECT_TRUE(holds(target.grad(), 5)) << "what was there is kept";
}

// 256 + 1 has no place between 256 and 258 in bfloat16.
TEST(GradientSums, sumsHaveTheFormatOfTheTarget)
{
    const at::Tensor target = leaf(1);
    const at::Tensor coarse = leaf(1, at::kBFloat16);
    GradientSums sums({ target }, { { coarse } }, 1);
    sums.startBackward(0, false);
    (coarse * 256).sum().backward();
    sums.startBackward(0, true);
    (coarse * 1).sum().backward();
    EXPECT_TRUE(holds(target.grad(), 257));
}

} // namespace
} // namespace msrl::update
