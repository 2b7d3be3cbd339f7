// SPDX-License-Identifier: GPL-3.0-or-later
// Which samples a step of fine-tuning sees: every epoch is a seeded permutation, batches of one epoch follow
// each other, the last may be smaller.
#pragma once

#include "core/base/random.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace msrl::stages {

class EpochOrder
{
public:
    EpochOrder(std::size_t numSamples, std::size_t batchSize, std::uint64_t seed, std::uint64_t stream)
        : m_order(numSamples)
        , m_batchSize(batchSize)
        , m_seed(seed)
        , m_stream(stream)
    {
    }

    std::size_t stepsPerEpoch() const { return (m_order.size() + m_batchSize - 1) / m_batchSize; }

    std::vector<std::size_t> batch(std::size_t step)
    {
        const std::size_t epoch = step / stepsPerEpoch();
        if (epoch != m_epoch) {
            std::iota(m_order.begin(), m_order.end(), std::size_t { 0 });
            base::RandomStream random(m_seed, "sft/epoch", { m_stream, epoch });
            random.shuffle(m_order);
            m_epoch = epoch;
        }
        const std::size_t begin = step % stepsPerEpoch() * m_batchSize;
        const std::size_t end = std::min(begin + m_batchSize, m_order.size());
        return { m_order.begin() + static_cast<std::ptrdiff_t>(begin),
            m_order.begin() + static_cast<std::ptrdiff_t>(end) };
    }

private:
    std::vector<std::size_t> m_order;
    std::size_t m_batchSize;
    std::uint64_t m_seed;
    std::uint64_t m_stream;
    std::size_t m_epoch = static_cast<std::size_t>(-1);
};

} // namespace msrl::stages
