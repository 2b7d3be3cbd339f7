// SPDX-License-Identifier: GPL-3.0-or-later
// The decoding loop: the rows of a few prompts that are computed together (a wave), token by token, with
// continuous batching.
#pragma once

#include "core/base/random.h"
#include "engine/model/forward.h"
#include "engine/rollout/generate.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace msrl::rollout {

// One row in the making.
struct Row
{
    std::size_t prompt = 0; // in the wave
    std::size_t number = 0; // among the completions
    Completion* out = nullptr;
    base::RandomStream random;
    std::int64_t next = 0; // the token to feed
    double entropySum = 0;
};

// Decodes the rows of one wave of prompts: at most maxRows at a time, a finished row's place goes to the
// next. Used once, by one thread. REQUIRES: policy, prefix and options outlive it; no gradients.
class WaveDecoder
{
public:
    // `prefix`: the wave's prompts without their last tokens, which their rows begin with.
    WaveDecoder(const model::Policy& policy, const model::Prefix& prefix, const GenerateOptions& options);

    // Takes the rows in order; returns false when stopped. `tick` is told after every token of all active
    // rows how many rows finished with it and how many tokens were drawn.
    bool run(std::vector<Row> rows, const std::stop_token& stop,
        const std::function<void(std::int64_t finishedRows, std::int64_t tokens)>& tick);

private:
    at::Tensor decode(model::SuffixCache& cache); // one step: logits [active rows, V] float32, on the CPU
    void sampleAll(const at::Tensor& logits);
    // Draws one token of the row; true when the row ends with it.
    bool takeToken(Row& row, std::span<const float> logits, SamplerScratch& scratch) const;
    // Gives the places of finished rows to waiting ones, or drops them. Returns how many finished.
    std::int64_t settle(model::SuffixCache& cache);

    const model::Policy& m_policy;
    const model::Prefix& m_prefix;
    const GenerateOptions& m_options;
    std::vector<Row> m_rows; // all rows of the wave
    std::vector<std::size_t> m_active; // slot -> row
    std::vector<char> m_finished; // slot -> ended in this step
    std::size_t m_waiting = 0; // the next row without a slot
};

} // namespace msrl::rollout
