// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the demonstration-size decoder generates and trains: bench_model [threads]. Not a test.
#include "engine/model/forward.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randint.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace msrl::model; // a program of one file

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

ModelConfig demoSize()
{
    ModelConfig config;
    config.vision = { 64, 2, 4, 256, 56, 14, 1e-6, true };
    config.text.hidden = 128;
    config.text.layers = 4;
    config.text.heads = 4;
    config.text.kvHeads = 2;
    config.text.headDim = 32;
    config.text.intermediate = 384;
    config.text.vocabulary = 320;
    config.text.maxPositions = 1024;
    config.text.ropeTheta = 100;
    config.imageTokenId = 319;
    return config;
}

constexpr std::int64_t kPrompts = 16;
constexpr std::int64_t kPerPrompt = 8;
constexpr std::int64_t kColumns = 80;
constexpr std::int64_t kNewTokens = 45;

void decode(const Policy& policy)
{
    const at::NoGradGuard noGrad;
    const at::Tensor ids = at::randint(0, 300, { kPrompts, kColumns }, at::kLong);
    double best = 1e9;
    double prefillBest = 1e9;
    for (int round = 0; round < 12; ++round) {
        auto start = std::chrono::steady_clock::now();
        const Prefix prefix
            = prefill(policy, embed(policy, ids), std::vector<std::int64_t>(kPrompts, kColumns));
        prefillBest = std::min(prefillBest, secondsSince(start));
        start = std::chrono::steady_clock::now();
        std::vector<std::int64_t> rows;
        for (std::int64_t b = 0; b < kPrompts * kPerPrompt; ++b)
            rows.push_back(b / kPerPrompt);
        SuffixCache cache(policy.config.text, rows, 64, prefix.hidden.options());
        at::Tensor next = at::randint(0, 300, { kPrompts * kPerPrompt, 1 }, at::kLong);
        for (std::int64_t t = 0; t < kNewTokens; ++t)
            next = logits(policy, extend(policy, prefix, next, &cache)).argmax(-1);
        best = std::min(best, secondsSince(start));
    }
    std::printf("prefill %ld x %ld: %.1f ms; decode %ld rows x %ld: %.0f tokens/s, %.2f ms a token step\n",
        kPrompts, kColumns, 1e3 * prefillBest, kPrompts * kPerPrompt, kNewTokens,
        static_cast<double>(kPrompts * kPerPrompt * kNewTokens) / best, 1e3 * best / kNewTokens);
}

void train(Policy& policy)
{
    setTrainable(policy, { Part::Language });
    PackedRows rows { at::randint(0, 300, { kPrompts * kColumns }, at::kLong), { 0 },
        at::randint(0, 300, { kPrompts * kPerPrompt * kNewTokens }, at::kLong), { 0 }, {} };
    for (std::int64_t p = 0; p < kPrompts; ++p)
        rows.promptOffsets.push_back((p + 1) * kColumns);
    for (std::int64_t b = 0; b < kPrompts * kPerPrompt; ++b) {
        rows.offsets.push_back((b + 1) * kNewTokens);
        rows.prompts.push_back(b / kPerPrompt);
    }
    double forward = 1e9;
    double backward = 1e9;
    for (int round = 0; round < 12; ++round) {
        auto start = std::chrono::steady_clock::now();
        const at::Tensor loss = logits(policy, forwardPacked(policy, rows)).square().mean();
        forward = std::min(forward, secondsSince(start));
        start = std::chrono::steady_clock::now();
        loss.backward();
        backward = std::min(backward, secondsSince(start));
    }
    const double tokens = static_cast<double>(kPrompts * (kColumns + kPerPrompt * kNewTokens));
    const double flop = 6.0 * tokens * 4 * (128 * 256 + 128 * 128 + 3 * 128 * 384);
    std::printf(
        "train step, %.0f tokens: forward %.1f ms, backward %.1f ms, %.1f GFLOP/s in the layers' products\n",
        tokens, 1e3 * forward, 1e3 * backward, 1e-9 * flop / (forward + backward));
}

} // namespace

int main(int argc, char** argv)
{
    at::set_num_threads(argc > 1 ? std::atoi(argv[1]) : 2);
    auto policy = createPolicy(demoSize(), 1);
    if (!policy)
        return 2;
    decode(*policy);
    train(*policy);
    return 0;
}
