// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values of what each row has generated so far. A slot is one row of the decoding batch.
#pragma once

#include "engine/model/config.h"

#include <ATen/core/Tensor.h>
#include <c10/core/TensorOptions.h>

#include <cstdint>
#include <vector>

namespace msrl::model {

// Owned by the thread that decodes. Rows need not be equally long.
class SuffixCache
{
public:
    // One slot per entry of `prompts` (index into the Prefix used with it), room for `capacity` tokens each.
    SuffixCache(const TextConfig& config, std::vector<std::int64_t> prompts, std::int64_t capacity,
        at::TensorOptions options);

    std::int64_t numSlots() const { return static_cast<std::int64_t>(m_prompts.size()); }
    std::int64_t capacity() const { return m_capacity; }
    std::int64_t prompt(std::int64_t slot) const { return m_prompts[static_cast<std::size_t>(slot)]; }
    std::int64_t length(std::int64_t slot) const { return m_lengths[static_cast<std::size_t>(slot)]; }
    const std::vector<std::int64_t>& prompts() const { return m_prompts; }
    const std::vector<std::int64_t>& lengths() const { return m_lengths; }

    // Keeps only these slots, in this order; copies nothing.
    void select(const std::vector<std::int64_t>& slots);
    // Starts the slot afresh as a row of another prompt (a finished row's slot is refilled at once).
    void restart(std::int64_t slot, std::int64_t prompt);
    // Makes room for `tokens` more in every slot; copies only when the capacity has to grow.
    void reserve(std::int64_t tokens);

    // For the forward: a layer's keys and values [stored rows,KV,capacity,hd], the stored row of each slot,
    // and counting what was appended.
    at::Tensor& keys(std::size_t layer) { return m_keys[layer]; }
    at::Tensor& values(std::size_t layer) { return m_values[layer]; }
    const std::vector<std::int64_t>& rows() const { return m_rows; }
    void advance(std::int64_t tokens);

private:
    std::vector<std::int64_t> m_prompts;
    std::vector<std::int64_t> m_lengths;
    std::vector<std::int64_t> m_rows; // where each slot lies in m_keys and m_values
    std::int64_t m_capacity = 0;
    std::vector<at::Tensor> m_keys;
    std::vector<at::Tensor> m_values;
};

} // namespace msrl::model
