// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/suffix_cache.h"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace msrl::model {

SuffixCache::SuffixCache(const TextConfig& config, std::vector<std::int64_t> prompts, std::int64_t capacity,
    at::TensorOptions options)
    : m_prompts(std::move(prompts))
    , m_lengths(m_prompts.size(), 0)
    , m_rows(m_prompts.size())
    , m_capacity(capacity)
{
    std::iota(m_rows.begin(), m_rows.end(), 0);
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        // Zeros, not garbage: a masked key still takes part in products of the general path.
        m_keys.push_back(at::zeros({ numSlots(), config.kvHeads, capacity, config.headDim }, options));
        m_values.push_back(at::zeros({ numSlots(), config.kvHeads, capacity, config.headDim }, options));
    }
}

void SuffixCache::select(const std::vector<std::int64_t>& slots)
{
    const auto pick = [&](const std::vector<std::int64_t>& from) {
        std::vector<std::int64_t> to;
        to.reserve(slots.size());
        for (const std::int64_t slot : slots)
            to.push_back(from[static_cast<std::size_t>(slot)]);
        return to;
    };
    m_prompts = pick(m_prompts);
    m_lengths = pick(m_lengths);
    m_rows = pick(m_rows);
}

void SuffixCache::restart(std::int64_t slot, std::int64_t prompt)
{
    m_prompts[static_cast<std::size_t>(slot)] = prompt;
    m_lengths[static_cast<std::size_t>(slot)] = 0;
}

void SuffixCache::reserve(std::int64_t tokens)
{
    const std::int64_t longest
        = m_lengths.empty() ? 0 : *std::max_element(m_lengths.begin(), m_lengths.end());
    if (longest + tokens <= m_capacity)
        return;
    const std::int64_t grown = std::max(longest + tokens, m_capacity * 3 / 2);
    for (auto* tensors : { &m_keys, &m_values }) {
        for (at::Tensor& tensor : *tensors) {
            at::Tensor larger
                = at::zeros({ tensor.size(0), tensor.size(1), grown, tensor.size(3) }, tensor.options());
            larger.narrow(2, 0, m_capacity).copy_(tensor);
            tensor = std::move(larger);
        }
    }
    m_capacity = grown;
}

void SuffixCache::advance(std::int64_t tokens)
{
    for (std::int64_t& length : m_lengths)
        length += tokens;
}

} // namespace msrl::model
