// SPDX-License-Identifier: GPL-3.0-or-later
// Where a stage is in its data: epochs over n samples, each in its own order, resumable.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace msrl::data {

// Gives every index once per epoch. The order of an epoch depends on (seed, purpose, epoch) alone.
class DataCursor
{
public:
    enum class Order { Shuffled, AsInFile };
    // REQUIRES: numSamples > 0
    DataCursor(
        std::size_t numSamples, std::uint64_t seed, std::string purpose, Order order = Order::Shuffled);

    std::size_t next();
    std::vector<std::size_t> nextBatch(std::size_t size);

    std::size_t numSamples() const { return m_numSamples; }
    std::uint64_t epoch() const { return m_epoch; } // finished epochs
    std::size_t position() const { return m_position; } // samples taken of the current epoch
    double epochs() const; // epoch() and the fraction of the current one

    // {"samples", "epoch", "position"}
    base::Json save() const;
    // BadInput when the state is of another number of samples.
    base::Status restore(const base::Json& state, const std::string& place);

private:
    void prepareEpoch();

    std::size_t m_numSamples;
    std::uint64_t m_seed;
    std::string m_purpose;
    Order m_order;
    std::uint64_t m_epoch = 0;
    std::size_t m_position = 0;
    std::vector<std::size_t> m_indices;
};

} // namespace msrl::data
