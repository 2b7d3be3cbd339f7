// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/token_logprobs.h"
#include "tests/engine/update/goldens.h"

#include <ATen/TensorOperators.h>

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

} // namespace

TEST(TokenLogprobs, matchTheReferenceForEveryChunkSize)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    for (const char* batch : { "b0", "b1", "b2", "b3", "b4", "b5" })
        for (std::int64_t chunkElements : { 1, 600, 1 << 20 }) {
            const std::string name = batch;
            SCOPED_TRACE(name + " chunk " + std::to_string(chunkElements));
            const Case one = load(file, name);
            const TokenLogprobs got = tokenLogprobs(
                one.hidden, one.weight, one.targets, { one.temperature, true, chunkElements, 1 });
            EXPECT_TRUE(isClose(got.logprobs, file.get(name + ".logprob"), 1e-10, 1e-10));
            EXPECT_TRUE(isClose(got.entropy, file.get(name + ".entropy"), 1e-9, 1e-9));
            (got.logprobs * file.get(name + ".grad_logprob") + got.entropy * file.get(name + ".grad_entropy"))
                .sum()
                .backward();
            EXPECT_TRUE(isClose(one.hidden.grad(), file.get(name + ".grad_hidden"), 1e-9, 1e-9));
            EXPECT_TRUE(isClose(one.weight.grad(), file.get(name + ".grad_weight"), 1e-9, 1e-9));
        }
}

TEST(TokenLogprobs, haveTheReferenceGradientWithoutEntropy)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    for (const char* batch : { "b0", "b1", "b2", "b3", "b4", "b5" })
        for (std::int64_t chunkElements : { 1, 600, 1 << 20 }) {
            const std::string name = batch;
            SCOPED_TRACE(name + " chunk " + std::to_string(chunkElements));
            const Case one = load(file, name);
            const TokenLogprobs got = tokenLogprobs(
                one.hidden, one.weight, one.targets, { one.temperature, false, chunkElements, 1 });
            EXPECT_FALSE(got.entropy.defined());
            (got.logprobs * file.get(name + ".grad_logprob")).sum().backward();
            EXPECT_TRUE(
                isClose(one.hidden.grad(), file.get(name + ".grad_hidden_logprob_only"), 1e-10, 1e-10));
            EXPECT_TRUE(
                isClose(one.weight.grad(), file.get(name + ".grad_weight_logprob_only"), 1e-10, 1e-10));
        }
}

TEST(TokenLogprobs, giveTheCrossEntropy)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    const Case one = load(file, "b1");
    const at::Tensor weights = file.get("b1.grad_logprob").abs();
    const at::Tensor logits = one.hidden.matmul(one.weight.t());
    const at::Tensor want
        = -(logits.log_softmax(1).gather(1, one.targets.unsqueeze(1)).squeeze(1) * weights).sum();
    const at::Tensor got = crossEntropy(one.hidden, one.weight, one.targets, weights);
    EXPECT_NEAR(got.item().toDouble(), want.item().toDouble(), 1e-10);
    got.backward();
    const at::Tensor gradient = one.hidden.grad().clone();
    one.hidden.mutable_grad() = at::Tensor();
    want.backward();
    EXPECT_TRUE(isClose(gradient, one.hidden.grad(), 1e-10, 1e-10));
}

TEST(TokenLogprobs, leaveFrozenInputsWithoutGradient)
{
    const test::GoldenFile file("rl/logprobs.safetensors");
    Case one = load(file, "b0");
    one.weight.requires_grad_(false);
    tokenLogprobs(one.hidden, one.weight, one.targets).logprobs.sum().backward();
    EXPECT_TRUE(one.hidden.grad().defined());
    EXPECT_FALSE(one.weight.grad().defined());
}
