// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/decoder_optimiser.h"
#include "engine/demo/pretrain.h"
#include "engine/model/forward.h"

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/empty.h>

#include <numeric>

namespace msrl::demo {

namespace {

constexpr std::int64_t kRows = 64;
constexpr std::int64_t kShortest = 4;
constexpr std::int64_t kLongest = 12;
constexpr std::int64_t kLeastSteps = 50; // one lucky batch does not end the phase

// [rows, 2n]: n different words, twice.
at::Tensor drawSequences(base::RandomStream& random, const TokenizerFiles& words)
{
    const std::int64_t n = random.between(kShortest, kLongest);
    at::Tensor ids = at::empty({ kRows, 2 * n }, at::TensorOptions(at::kLong));
    auto id = ids.accessor<std::int64_t, 2>();
    std::vector<std::int64_t> vocabulary(static_cast<std::size_t>(words.numWords));
    std::iota(vocabulary.begin(), vocabulary.end(), words.firstWord);
    for (std::int64_t row = 0; row < kRows; ++row) {
        random.shuffle(vocabulary);
        for (std::int64_t i = 0; i < n; ++i)
            id[row][i] = id[row][i + n] = vocabulary[static_cast<std::size_t>(i)];
    }
    return ids;
}

} // namespace

base::Status pretrainCopying(Pretraining& work, const TokenizerFiles& words)
{
    model::setTrainable(work.policy, { model::Part::Language });
    DecoderOptimiser optimiser(work.policy);
    base::RandomStream random(work.options.seed, "demo-copying");
    for (std::int64_t step = 0; step < work.options.copySteps; ++step) {
        if (work.stop.stop_requested())
            return base::stopped("pre-training on copies");
        const at::Tensor ids = drawSequences(random, words);
        const std::int64_t n = ids.size(1) / 2;
        const at::Tensor inputs = ids.narrow(1, 0, 2 * n - 1).contiguous();
        const std::vector<std::int64_t> lengths(static_cast<std::size_t>(kRows), 2 * n - 1);
        const model::Prefix prefix = model::prefill(work.policy, model::embed(work.policy, inputs), lengths);
        // The first word of the second copy cannot be known; from the second on each can.
        const at::Tensor logits = model::logits(work.policy, prefix.hidden.narrow(1, n, n - 1));
        const at::Tensor targets = ids.narrow(1, n + 1, n - 1);
        const at::Tensor loss
            = at::cross_entropy_loss(logits.reshape({ -1, logits.size(-1) }), targets.reshape({ -1 }));
        optimiser.zeroGrad();
        loss.backward();
        if (base::Status status = optimiser.step(1.0, 0.0); !status)
            return status;
        const double accuracy = logits.argmax(-1).eq(targets).to(at::kFloat).mean().item<double>();
        if (work.onProgress)
            work.onProgress({ "copying", step + 1, work.options.copySteps, loss.item<double>(), accuracy });
        if (accuracy > work.options.copyGoal && step >= kLeastSteps)
            break;
    }
    return {};
}

} // namespace msrl::demo
