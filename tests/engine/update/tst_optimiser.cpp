// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/optimiser.h"
#include "tests/engine/update/goldens.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/zeros.h>

#include <cmath>
#include <limits>

using namespace msrl;
using namespace msrl::update;
using test::isClose;

namespace {

at::Tensor leaf(double from, double to, std::int64_t count)
{
    return at::linspace(from, to, count, at::TensorOptions().dtype(at::kDouble)).requires_grad_(true);
}

at::Tensor gradientAt(int step, std::int64_t count)
{
    return at::linspace(-1.0 + 0.3 * step, 2.0 - 0.7 * step, count, at::TensorOptions().dtype(at::kDouble));
}

} // namespace

// AdamW written out in scalars.
TEST(Adam, followsTheDefinition)
{
    const at::Tensor p = leaf(-1, 1, 7);
    const at::Tensor q = leaf(2, 3, 5);
    AdamOptions options;
    options.maxGradNorm = 1.5;
    Adam adam({ { "a", { { "p", p } }, 1e-2, 0.1 }, { "b", { { "q", q } }, 3e-3, 0.0 } }, options);
    std::vector<double> values, m(12), v(12);
    for (const at::Tensor& t : { p, q })
        for (std::int64_t i = 0; i < t.numel(); ++i)
            values.push_back(t[i].item().toDouble());
    for (int step = 0; step < 4; ++step) {
        adam.zeroGrad();
        p.mutable_grad() = gradientAt(step, 7);
        q.mutable_grad() = gradientAt(step + 1, 5);
        std::vector<double> g;
        for (const at::Tensor& t : { p.grad(), q.grad() })
            for (std::int64_t i = 0; i < t.numel(); ++i)
                g.push_back(t[i].item().toDouble());
        double norm = 0;
        for (double x : g)
            norm += x * x;
        norm = std::sqrt(norm);
        const double factor = 0.5 + 0.1 * step;
        const StepReport report = adam.step(factor);
        EXPECT_NEAR(report.gradNorm, norm, 1e-12);
        const double scale = std::min(1.0, options.maxGradNorm / (norm + 1e-6));
        for (std::size_t i = 0; i < 12; ++i) {
            const double lr = factor * (i < 7 ? 1e-2 : 3e-3);
            const double decay = i < 7 ? 0.1 : 0.0;
            const double x = g[i] * scale;
            values[i] *= 1 - lr * decay;
            m[i] = options.beta1 * m[i] + (1 - options.beta1) * x;
            v[i] = options.beta2 * v[i] + (1 - options.beta2) * x * x;
            const double mHat = m[i] / (1 - std::pow(options.beta1, step + 1));
            const double vHat = v[i] / (1 - std::pow(options.beta2, step + 1));
            values[i] -= lr * mHat / (std::sqrt(vHat) + options.epsilon);
            const double got = i < 7 ? p[static_cast<std::int64_t>(i)].item().toDouble()
                                     : q[static_cast<std::int64_t>(i - 7)].item().toDouble();
            EXPECT_NEAR(got, values[i], 1e-9);
        }
    }
}

TEST(Adam, skipsAStepWithANonFiniteGradientAndNamesIt)
{
    for (double poison :
        { std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity() }) {
        const at::Tensor p = leaf(-1, 1, 4);
        const at::Tensor q = leaf(0, 1, 4);
        Adam adam({ { "all", { { "p", p }, { "q", q } }, 1e-2, 0.1 } }, {});
        const at::Tensor before = p.detach().clone();
        p.mutable_grad() = at::full({ 4 }, 1.0, at::TensorOptions().dtype(at::kDouble));
        q.mutable_grad() = at::full({ 4 }, poison, at::TensorOptions().dtype(at::kDouble));
        const StepReport report = adam.step(1.0);
        EXPECT_TRUE(report.skipped);
        EXPECT_EQ(report.offender, "q");
        EXPECT_TRUE(p.equal(before));
        EXPECT_EQ(adam.state().front().second.abs().sum().item().toDouble(), 0.0);
    }
}

TEST(Adam, leavesParametersWithoutGradientAlone)
{
    const at::Tensor p = leaf(-1, 1, 4);
    const at::Tensor q = leaf(0, 1, 4);
    Adam adam({ { "all", { { "p", p }, { "q", q } }, 1e-2, 0.1 } }, {});
    const at::Tensor before = q.detach().clone();
    p.mutable_grad() = gradientAt(0, 4);
    adam.step(1.0);
    EXPECT_TRUE(q.equal(before));
}

TEST(Adam, refusesTheStateOfOtherParameters)
{
    Adam adam({ { "all", { { "p", leaf(-1, 1, 4) } }, 1e-2, 0.1 } }, {});
    Adam other({ { "all", { { "q", leaf(-1, 1, 4) } }, 1e-2, 0.1 } }, {});
    Adam longer({ { "all", { { "p", leaf(-1, 1, 5) } }, 1e-2, 0.1 } }, {});
    EXPECT_TRUE(adam.restore(adam.state()).ok());
    EXPECT_FALSE(adam.restore(other.state()).ok());
    EXPECT_FALSE(adam.restore(longer.state()).ok());
}

TEST(Adam, decaysMatricesButNotBiasesAndNorms)
{
    EXPECT_TRUE(isDecayed("language_model.model.layers.0.self_attn.q_proj.weight"));
    EXPECT_TRUE(isDecayed("vision_tower.encoder.layer.0.lambda_1"));
    EXPECT_TRUE(isDecayed("vision_tower.embeddings.cls_token"));
    EXPECT_FALSE(isDecayed("vision_tower.encoder.layer.0.attention.q_proj.bias"));
    EXPECT_FALSE(isDecayed("language_model.model.layers.0.input_layernorm.weight"));
    EXPECT_FALSE(isDecayed("language_model.model.layers.0.self_attn.q_norm.weight"));
    EXPECT_FALSE(isDecayed("language_model.model.norm.weight"));
    EXPECT_FALSE(isDecayed("multi_modal_projector.layer_norm.weight"));
}
