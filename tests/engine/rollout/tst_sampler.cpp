// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "engine/rollout/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace msrl;
using namespace msrl::rollout;

namespace {

std::vector<float> someLogits(std::size_t count, std::uint64_t seed)
{
    base::RandomStream random(seed, "logits");
    std::vector<float> logits(count);
    for (float& z : logits)
        z = static_cast<float>(2.5 * random.normal());
    return logits;
}

std::vector<double> softmax(const std::vector<float>& logits, double temperature)
{
    const double top = *std::max_element(logits.begin(), logits.end());
    std::vector<double> p;
    double sum = 0;
    for (float z : logits)
        sum += p.emplace_back(std::exp((z - top) / temperature));
    for (double& value : p)
        value /= sum;
    return p;
}

// The distribution that top-k and top-p leave, computed from the definition on the sorted list.
std::vector<double> truncated(std::vector<double> p, const SamplingOptions& options)
{
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
    if (options.topK > 0)
        order.resize(std::min(order.size(), static_cast<std::size_t>(options.topK)));
    double total = 0;
    for (std::size_t i : order)
        total += p[i];
    double before = 0;
    std::vector<double> kept(p.size(), 0.0);
    double sum = 0;
    for (std::size_t i : order) {
        if (before >= options.topP * total)
            break;
        before += p[i];
        kept[i] = p[i];
        sum += p[i];
    }
    for (double& value : kept)
        value /= sum;
    return kept;
}

} // namespace

// Draws at the midpoints of n equal parts of [0, 1): every frequency is within 1/n of its probability.
TEST(Sampler, drawsFromTheExactDistribution)
{
    const std::vector<float> logits = someLogits(97, 1);
    SamplerScratch scratch;
    for (const SamplingOptions& options : { SamplingOptions { 1.0, 0, 1.0 }, { 0.7, 0, 1.0 }, { 1.0, 5, 1.0 },
             { 1.0, 0, 0.9 }, { 1.3, 20, 0.8 }, { 1.0, 1, 1.0 }, { 1.0, 0, 0.01 } }) {
        const std::vector<double> want = truncated(softmax(logits, options.temperature), options);
        constexpr int kDraws = 20000;
        std::vector<int> counts(logits.size(), 0);
        for (int i = 0; i < kDraws; ++i) {
            const SampledToken token = sampleToken(logits, options, (i + 0.5) / kDraws, scratch);
            ++counts[static_cast<std::size_t>(token.id)];
            EXPECT_NEAR(token.sampledLogprob, std::log(want[static_cast<std::size_t>(token.id)]), 1e-4);
        }
        for (std::size_t i = 0; i < logits.size(); ++i)
            EXPECT_NEAR(static_cast<double>(counts[i]) / kDraws, want[i], 1.5 / kDraws) << "token " << i;
    }
}

TEST(Sampler, reportsTheRawLogprobAndEntropy)
{
    const std::vector<float> logits = someLogits(300, 2);
    const std::vector<double> p = softmax(logits, 1.0);
    double entropy = 0;
    for (double x : p)
        entropy -= x * std::log(x);
    SamplerScratch scratch;
    for (double u : { 0.0, 0.25, 0.5, 0.999999 }) {
        const SampledToken token = sampleToken(logits, { 0.6, 50, 0.9 }, u, scratch);
        EXPECT_NEAR(token.logprob, std::log(p[static_cast<std::size_t>(token.id)]), 1e-5);
        EXPECT_NEAR(token.entropy, entropy, 1e-4);
    }
    std::vector<double> sorted = p;
    std::sort(sorted.rbegin(), sorted.rend());
    EXPECT_NEAR(meanTopLogprob(logits, 3, scratch),
        (std::log(sorted[0]) + std::log(sorted[1]) + std::log(sorted[2])) / 3, 1e-5);
}

TEST(Sampler, isGreedyAtTemperatureZeroWithTheLowestIdAmongEquals)
{
    SamplerScratch scratch;
    const std::vector<float> logits = { 0.5F, 2.0F, 2.0F, -1.0F };
    EXPECT_EQ(sampleToken(logits, { 0.0, 0, 1.0 }, 0.99, scratch).id, 1);
    // Ties at the cut of top-k go to the lower id.
    for (double u : { 0.0, 0.5, 0.999 })
        EXPECT_EQ(sampleToken(logits, { 1.0, 1, 1.0 }, u, scratch).id, 1);
}

TEST(Sampler, survivesExtremeLogits)
{
    SamplerScratch scratch;
    const std::vector<float> logits = { -3e4F, 1e4F, -1e30F, -std::numeric_limits<float>::infinity() };
    for (double u : { 0.0, 0.5, 1.0 - 1e-16 }) {
        const SampledToken token = sampleToken(logits, { 1.0, 0, 0.95 }, u, scratch);
        EXPECT_EQ(token.id, 1);
        EXPECT_EQ(token.logprob, 0.0F);
    }
}

TEST(Sampler, isAlmostGreedyAtAnyLowTemperature)
{
    SamplerScratch scratch;
    const std::vector<float> logits = { 0.5F, 2.0F, 1.9F, -1.0F };
    for (const double temperature : { 1e-3, 1e-37, 1e-40, 1e-300 })
        for (const double u : { 0.0, 0.5, 0.999 }) {
            const SampledToken token = sampleToken(logits, { temperature, 0, 1.0 }, u, scratch);
            EXPECT_EQ(token.id, 1) << temperature;
            EXPECT_EQ(token.sampledLogprob, 0.0F) << temperature;
        }
}

TEST(Sampler, refusesImpossibleOptions)
{
    EXPECT_TRUE(validate(SamplingOptions {}).ok());
    EXPECT_FALSE(validate(SamplingOptions { -1.0, 0, 1.0 }).ok());
    EXPECT_FALSE(validate(SamplingOptions { 1.0, -1, 1.0 }).ok());
    EXPECT_FALSE(validate(SamplingOptions { 1.0, 0, 0.0 }).ok());
}
