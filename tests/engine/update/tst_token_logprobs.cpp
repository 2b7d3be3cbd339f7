// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/token_logprobs.h"
#include "tests/engine/update/goldens.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>

using namespace msrl;
using namespace msrl::update;
using test::isClose;

namespace {

struct Case
{
    at::Tensor hidden, weight, targets;
    double temperature = 1;
};

Case load(const test::GoldenFile& file, const std::string& batch)
{
    Case one { file.get(batch + ".hidden"), file.get(batch + ".weight"), file.get(batch + ".targets"),
        file.get(batch + ".temperature").item().toDouble() };
    one.hidden.requires_grad_(true);
    one.weight.requires_grad_(true);
    return one;
}

// Σ forLogprobs · logprob + Σ forEntropy · entropy.
TokenLoss weightedSum(const at::Tensor& forLogprobs, const at::Tensor& forEntropy = {})
{
    return [=](const TokenLogprobs& tokens, std::int64_t begin) {
        const std::int64_t count = tokens.logprobs.size(0);
        at::Tensor loss = (tokens.logprobs * forLogprobs.narrow(0, begin, count)).sum();
        if (forEntropy.defined())
            loss = loss + (tokens.entropy * forEntropy.narrow(0, begin, count)).sum();
        return loss;
    };
}

// Runs body(file, case's name, case, chunk elements) for each case of the goldens in chunks of several sizes.
template <class Body> void forEveryChunkSize(const Body& body)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    for (const char* batch : { "b0", "b1", "b2", "b3", "b4", "b5" })
        for (std::int64_t chunkElements : { 1, 600, 1 << 20 }) {
            const std::string name = batch;
            SCOPED_TRACE(name + " chunk " + std::to_string(chunkElements));
            body(file, name, load(file, name), chunkElements);
        }
}

} // namespace

TEST(TokenLogprobs, matchTheReferenceForEveryChunkSize)
{
    forEveryChunkSize([](const test::GoldenFile& file, const std::string& name, const Case& one,
                          std::int64_t chunkElements) {
        const TokenLogprobs got
            = tokenLogprobs(one.hidden, one.weight, one.targets, { one.temperature, true, chunkElements, 1 });
        EXPECT_TRUE(isClose(got.logprobs, file.get(name + ".logprob"), 1e-10, 1e-10));
        EXPECT_TRUE(isClose(got.entropy, file.get(name + ".entropy"), 1e-9, 1e-9));
        EXPECT_FALSE(got.logprobs.requires_grad());
    });
}

TEST(HeadLoss, hasTheReferenceGradientForEveryChunkSize)
{
    forEveryChunkSize([](const test::GoldenFile& file, const std::string& name, const Case& one,
                          std::int64_t chunkElements) {
        const HeadLoss got = headLoss(one.hidden, one.weight, one.targets,
            weightedSum(file.get(name + ".grad_logprob"), file.get(name + ".grad_entropy")),
            { one.temperature, true, chunkElements, 1 });
        EXPECT_TRUE(isClose(got.tokens.logprobs, file.get(name + ".logprob"), 1e-10, 1e-10));
        EXPECT_TRUE(isClose(got.tokens.entropy, file.get(name + ".entropy"), 1e-9, 1e-9));
        got.loss.backward();
        EXPECT_TRUE(isClose(one.hidden.grad(), file.get(name + ".grad_hidden"), 1e-9, 1e-9));
        EXPECT_TRUE(isClose(one.weight.grad(), file.get(name + ".grad_weight"), 1e-9, 1e-9));
    });
}

TEST(HeadLoss, hasTheReferenceGradientWithoutEntropy)
{
    forEveryChunkSize([](const test::GoldenFile& file, const std::string& name, const Case& one,
                          std::int64_t chunkElements) {
        const HeadLoss got = headLoss(one.hidden, one.weight, one.targets,
            weightedSum(file.get(name + ".grad_logprob")), { one.temperature, false, chunkElements, 1 });
        EXPECT_FALSE(got.tokens.entropy.defined());
        got.loss.backward();
        EXPECT_TRUE(isClose(one.hidden.grad(), file.get(name + ".grad_hidden_logprob_only"), 1e-10, 1e-10));
        EXPECT_TRUE(isClose(one.weight.grad(), file.get(name + ".grad_weight_logprob_only"), 1e-10, 1e-10));
    });
}

TEST(HeadLoss, ofLogprobsIsTheCrossEntropyAndScalesWithWhatFollows)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    const Case one = load(file, "b1");
    const at::Tensor weights = file.get("b1.grad_logprob").abs();
    const at::Tensor logits = one.hidden.matmul(one.weight.t());
    const at::Tensor want
        = -(logits.log_softmax(1).gather(1, one.targets.unsqueeze(1)).squeeze(1) * weights).sum();
    const at::Tensor got
        = headLoss(one.hidden, one.weight, one.targets, weightedSum(-weights), { 1.0, false, 1, 2 }).loss;
    EXPECT_NEAR(got.item().toDouble(), want.item().toDouble(), 1e-10);
    (got * 3.0).backward();
    const at::Tensor forHidden = one.hidden.grad().clone();
    const at::Tensor forWeight = one.weight.grad().clone();
    one.hidden.mutable_grad() = at::Tensor();
    one.weight.mutable_grad() = at::Tensor();
    want.backward();
    EXPECT_TRUE(isClose(forHidden, one.hidden.grad() * 3.0, 1e-10, 1e-10));
    EXPECT_TRUE(isClose(forWeight, one.weight.grad() * 3.0, 1e-10, 1e-10));
}

// A loss that is not linear: the squared log-probabilities, against central differences in float64.
TEST(HeadLoss, hasTheGradientOfCentralDifferences)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    const Case one = load(file, "b1");
    const TokenLoss squares = [](const TokenLogprobs& tokens, std::int64_t) {
        return tokens.logprobs.square().sum() + tokens.entropy.square().sum();
    };
    const TokenLogprobOptions options { one.temperature, true, 1, 2 };
    headLoss(one.hidden, one.weight, one.targets, squares, options).loss.backward();
    const at::NoGradGuard noGrad;
    const double step = 1e-6;
    for (const at::Tensor& input : { one.hidden, one.weight }) {
        const at::Tensor flat = input.view({ -1 });
        for (std::int64_t i = 0; i < flat.size(0); i += 1 + flat.size(0) / 7) {
            const double at = flat[i].item().toDouble();
            double losses[2];
            for (int side : { 0, 1 }) {
                flat[i].fill_(side == 0 ? at - step : at + step);
                losses[side]
                    = headLoss(one.hidden, one.weight, one.targets, squares, options).loss.item().toDouble();
            }
            flat[i].fill_(at);
            EXPECT_NEAR(
                input.grad().view({ -1 })[i].item().toDouble(), (losses[1] - losses[0]) / (2 * step), 1e-6);
        }
    }
}

TEST(HeadLoss, leavesFrozenInputsWithoutGradient)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    Case one = load(file, "b0");
    const TokenLoss sum = [](const TokenLogprobs& tokens, std::int64_t) { return tokens.logprobs.sum(); };
    one.weight.requires_grad_(false);
    headLoss(one.hidden, one.weight, one.targets, sum).loss.backward();
    EXPECT_TRUE(one.hidden.grad().defined());
    EXPECT_FALSE(one.weight.grad().defined());
    one.hidden.requires_grad_(false);
    EXPECT_FALSE(headLoss(one.hidden, one.weight, one.targets, sum).loss.requires_grad());
}
