// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/json.h"
#include "engine/update/objective.h"
#include "tests/engine/update/goldens.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <functional>

using namespace msrl;
using namespace msrl::update;
using test::isClose;

namespace {

std::optional<double> optionalReal(const base::Json& object, const char* key)
{
    return object.contains(key) ? std::optional<double>(object.at(key).get<double>()) : std::nullopt;
}

ObjectiveOptions optionsOf(const base::Json& one)
{
    ObjectiveOptions options;
    options.clipLow = one.at("eps_low");
    options.clipHigh = one.at("eps_high");
    options.klWeight = one.at("beta");
    options.delta = optionalReal(one, "delta");
    options.dualClip = optionalReal(one, "dual_clip");
    options.logRatioClamp = optionalReal(one, "logratio_clamp");
    return options;
}

class Objective : public testing::Test
{
protected:
    Objective()
        : tensors("rl/losses.safetensors")
        , cases(base::parseJson(
              *base::readFile(std::filesystem::path(MSRL_TEST_DATA) / "rl/losses.json"), "losses.json")
                    ->at("cases"))
    {
    }

    ObjectiveInputs inputsOf(const std::string& batch) const
    {
        return { tensors.get(batch + ".logp"), tensors.get(batch + ".old_logp"),
            tensors.get(batch + ".ref_logp"), tensors.get(batch + ".advantages"),
            tensors.get(batch + ".mask") };
    }

    test::GoldenFile tensors;
    base::Json cases;
};

BatchTotals totalsOf(const at::Tensor& mask, std::int64_t longest)
{
    return { mask.size(0), static_cast<std::int64_t>(mask.sum().item().toDouble()), longest };
}

double lossOf(const ObjectiveInputs& inputs, const ObjectiveOptions& options, const BatchTotals& totals)
{
    return (tokenLosses(inputs, options) * tokenWeights(inputs.mask, options.aggregation, totals))
        .sum()
        .item()
        .toDouble();
}

constexpr Aggregation kAll[]
    = { Aggregation::Grpo, Aggregation::Bnpo, Aggregation::DrGrpo, Aggregation::Dapo };

} // namespace

TEST_F(Objective, matchesTheReferenceLossesAndGradients)
{
    ASSERT_GE(cases.size(), 33U);
    for (const base::Json& one : cases) {
        const std::string batch = one.at("batch");
        const std::string name = batch + "." + one.at("conf").get<std::string>();
        SCOPED_TRACE(name);
        ObjectiveOptions options = optionsOf(one);
        for (Aggregation aggregation : kAll) {
            SCOPED_TRACE(aggregationName(aggregation));
            options.aggregation = aggregation;
            ObjectiveInputs inputs = inputsOf(batch);
            inputs.logprobs.requires_grad_(true);
            const at::Tensor losses = tokenLosses(inputs, options);
            EXPECT_TRUE(
                isClose(losses * inputs.mask, tensors.get(name + ".token_loss") * inputs.mask, 1e-10, 1e-10));
            const at::Tensor loss = (losses
                * tokenWeights(
                    inputs.mask, aggregation, totalsOf(inputs.mask, one.at("max_completion_length"))))
                                        .sum();
            const double want = one.at("loss").at(aggregationName(aggregation));
            EXPECT_NEAR(loss.item().toDouble(), want, 1e-10 * std::max(1.0, std::abs(want)));
            loss.backward();
            EXPECT_TRUE(isClose(inputs.logprobs.grad(),
                tensors.get(name + ".grad." + aggregationName(aggregation)), 1e-10, 1e-10));
        }
    }
}

TEST_F(Objective, countsClippedTokensAsTheReference)
{
    for (const base::Json& one : cases) {
        SCOPED_TRACE(one.at("batch").get<std::string>() + one.at("conf").get<std::string>());
        const ObjectiveSums sums = objectiveSums(inputsOf(one.at("batch")), optionsOf(one));
        EXPECT_NEAR(sums.clippedLow / sums.tokens, one.at("clip_ratio_low").get<double>(), 1e-10);
        EXPECT_NEAR(sums.clippedHigh / sums.tokens, one.at("clip_ratio_high").get<double>(), 1e-10);
        const double kl = one.at("kl_k3_mean");
        EXPECT_NEAR(sums.kl / sums.klTokens, kl, 1e-10 * std::max(1.0, kl));
    }
}

TEST_F(Objective, estimatesKlAsTheReference)
{
    for (const char* batch : { "b0", "b1", "b2", "b3", "b4" }) {
        const ObjectiveInputs inputs = inputsOf(batch);
        const std::string prefix = std::string(batch) + ".kl.";
        const auto estimate = [&](KlEstimator estimator) {
            return klEstimates(inputs.logprobs, inputs.refLogprobs, estimator, std::nullopt);
        };
        EXPECT_TRUE(isClose(estimate(KlEstimator::K1), tensors.get(prefix + "k1"), 1e-10, 1e-10));
        EXPECT_TRUE(isClose(estimate(KlEstimator::K2), tensors.get(prefix + "k2"), 1e-10, 1e-10));
        EXPECT_TRUE(isClose(estimate(KlEstimator::K3), tensors.get(prefix + "k3"), 1e-10, 1e-10));
    }
}

// With the totals of the whole step the sum over micro-batches is the loss of the whole batch, for every
// aggregation.
TEST_F(Objective, addsUpOverMicroBatches)
{
    for (const base::Json& one : cases) {
        const ObjectiveInputs all = inputsOf(one.at("batch"));
        ObjectiveOptions options = optionsOf(one);
        const BatchTotals totals = totalsOf(all.mask, one.at("max_completion_length"));
        for (Aggregation aggregation : kAll) {
            options.aggregation = aggregation;
            double sum = 0;
            const std::int64_t rows = all.mask.size(0);
            for (std::int64_t begin = 0; begin < rows; begin += 2) {
                const auto part = [&](const at::Tensor& t) {
                    return t.narrow(0, begin, std::min<std::int64_t>(2, rows - begin));
                };
                sum += lossOf({ part(all.logprobs), part(all.oldLogprobs), part(all.refLogprobs),
                                  part(all.advantages), part(all.mask) },
                    options, totals);
            }
            const double want = one.at("loss").at(aggregationName(aggregation));
            EXPECT_NEAR(sum, want, 1e-10 * std::max(1.0, std::abs(want)));
        }
    }
}

TEST_F(Objective, takesPackedTokensLikePaddedOnes)
{
    const ObjectiveInputs padded = inputsOf("b0");
    ObjectiveOptions options;
    options.klWeight = 0.04;
    const at::Tensor want = tokenLosses(padded, options).reshape({ -1 });
    const at::Tensor perToken = padded.advantages.unsqueeze(1).expand_as(padded.mask).reshape({ -1 });
    const ObjectiveInputs packed { padded.logprobs.reshape({ -1 }), padded.oldLogprobs.reshape({ -1 }),
        padded.refLogprobs.reshape({ -1 }), perToken, padded.mask.reshape({ -1 }) };
    EXPECT_TRUE(isClose(tokenLosses(packed, options), want, 0, 0));
}

TEST_F(Objective, refusesImpossibleOptions)
{
    ObjectiveOptions options;
    EXPECT_TRUE(validate(options).ok());
    options.delta = 0;
    EXPECT_FALSE(validate(options).ok());
    options = {};
    options.dualClip = 0.5;
    EXPECT_FALSE(validate(options).ok());
    options = {};
    options.clipLow = 1.5;
    EXPECT_FALSE(validate(options).ok());
    options = {};
    options.klWeight = -1;
    EXPECT_FALSE(validate(options).ok());
    options = {};
    options.importanceCap = 0;
    EXPECT_FALSE(validate(options).ok());
}

namespace {

// Two completions of three tokens, the second of two; chosen so that ratios lie on both sides of the clip.
ObjectiveInputs smallCase()
{
    const auto tensor = [](std::vector<double> values, std::vector<std::int64_t> shape) {
        return at::tensor(values, at::kDouble).view(shape);
    };
    return { tensor({ -1.0, -0.2, -2.0, -0.5, -1.5, -9.0 }, { 2, 3 }),
        tensor({ -1.4, -0.9, -2.1, -0.3, -0.6, -1.0 }, { 2, 3 }), {}, tensor({ 1.5, -0.5 }, { 2 }),
        tensor({ 1, 1, 1, 1, 1, 0 }, { 2, 3 }) };
}

// The gradient of `value` in logp by central differences.
at::Tensor slopes(const at::Tensor& logp, const std::function<double(const at::Tensor&)>& value)
{
    constexpr double kStep = 1e-6;
    at::Tensor out = at::zeros_like(logp);
    for (std::int64_t i = 0; i < logp.numel(); ++i) {
        at::Tensor moved = logp.clone();
        moved.view(-1)[i] += kStep;
        const double above = value(moved);
        moved.view(-1)[i] -= 2 * kStep;
        out.view(-1)[i] = (above - value(moved)) / (2 * kStep);
    }
    return out;
}

} // namespace

// GSPO word for word: one ratio for each completion, exp of the mean log-ratio, clipped as one.
TEST(SequenceRatio, isTheObjectiveOverWholeCompletions)
{
    ObjectiveInputs inputs = smallCase();
    ObjectiveOptions options;
    options.ratioLevel = RatioLevel::Sequence;
    for (const double clip : { 0.2, 10.0 }) { // with and without a clipped completion
        options.clipHigh = clip;
        const auto byHand = [&](const at::Tensor& logp) {
            double loss = 0;
            for (std::int64_t i = 0; i < 2; ++i) {
                double sum = 0;
                double count = 0;
                for (std::int64_t t = 0; t < 3; ++t) {
                    const double mask = inputs.mask[i][t].item().toDouble();
                    sum += mask * (logp[i][t] - inputs.oldLogprobs[i][t]).item().toDouble();
                    count += mask;
                }
                const double ratio = std::exp(sum / count);
                const double a = inputs.advantages[i].item().toDouble();
                loss -= std::min(ratio * a, std::clamp(ratio, 0.8, 1 + clip) * a) / 2;
            }
            return loss;
        };
        inputs.logprobs = smallCase().logprobs.requires_grad_(true);
        inputs.sequenceLogRatios
            = sequenceLogRatios(inputs.logprobs.detach(), inputs.oldLogprobs, inputs.mask);
        const at::Tensor loss = (tokenLosses(inputs, options)
            * tokenWeights(inputs.mask, Aggregation::Grpo, totalsOf(inputs.mask, 3)))
                                    .sum();
        EXPECT_NEAR(loss.item().toDouble(), byHand(inputs.logprobs.detach()), 1e-12);
        loss.backward();
        EXPECT_TRUE(isClose(inputs.logprobs.grad(), slopes(inputs.logprobs.detach(), byHand), 1e-8, 1e-6));
    }
}

// Weight min(ratio, cap) without gradient on A * d log p; nothing is clipped.
TEST(ImportanceCap, weightsThePlainPolicyGradient)
{
    ObjectiveInputs inputs = smallCase();
    ObjectiveOptions options;
    options.importanceCap = 1.3;
    inputs.logprobs.requires_grad_(true);
    const at::Tensor losses = tokenLosses(inputs, options);
    const at::Tensor weight = (inputs.logprobs - inputs.oldLogprobs).detach().exp().clamp_max(1.3)
        * inputs.advantages.unsqueeze(1);
    EXPECT_TRUE(isClose(losses.detach(), -weight, 1e-12, 1e-12));
    losses.sum().backward();
    EXPECT_TRUE(isClose(inputs.logprobs.grad(), -weight, 1e-12, 1e-12));
    const ObjectiveSums sums = objectiveSums(inputs, options);
    EXPECT_EQ(sums.clippedLow + sums.clippedHigh, 0);
    EXPECT_GT(sums.logprobDiff, 0) << "trainer against sampler is still told";
    // The sampler's own policy: the plain objective.
    inputs.oldLogprobs = inputs.logprobs.detach().clone();
    EXPECT_TRUE(
        isClose(tokenLosses(inputs, options).detach(), tokenLosses(inputs, {}).detach(), 1e-12, 1e-12));
}
