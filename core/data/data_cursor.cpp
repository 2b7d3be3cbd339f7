// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_cursor.h"

#include "core/base/random.h"

#include <fmt/format.h>

#include <cassert>
#include <numeric>

namespace msrl::data {

DataCursor::DataCursor(std::size_t numSamples, std::uint64_t seed, std::string purpose, Order order)
    : m_numSamples(numSamples)
    , m_seed(seed)
    , m_purpose(std::move(purpose))
    , m_order(order)
    , m_indices(numSamples)
{
    assert(numSamples > 0);
    prepareEpoch();
}

void DataCursor::prepareEpoch()
{
    std::iota(m_indices.begin(), m_indices.end(), std::size_t { 0 });
    if (m_order == Order::Shuffled)
        base::RandomStream(m_seed, m_purpose, { m_epoch }).shuffle(m_indices);
}

std::size_t DataCursor::next()
{
    const std::size_t index = m_indices[m_position];
    if (++m_position == m_numSamples) {
        m_position = 0;
        ++m_epoch;
        prepareEpoch();
    }
    return index;
}

std::vector<std::size_t> DataCursor::nextBatch(std::size_t size)
{
    std::vector<std::size_t> batch(size);
    for (std::size_t& index : batch)
        index = next();
    return batch;
}

double DataCursor::epochs() const
{
    return static_cast<double>(m_epoch) + static_cast<double>(m_position) / static_cast<double>(m_numSamples);
}

base::Json DataCursor::save() const
{
    return { { "samples", m_numSamples }, { "epoch", m_epoch }, { "position", m_position } };
}

base::Status DataCursor::restore(const base::Json& state, const std::string& place)
{
    base::ObjectReader in(state, place);
    const std::int64_t samples = in.integer("samples");
    const std::int64_t epoch = in.integer("epoch");
    const std::int64_t position = in.integer("position");
    if (samples != static_cast<std::int64_t>(m_numSamples))
        in.fault("samples", fmt::format("is {}, the data set has {}", samples, m_numSamples),
            "the data changed since the checkpoint was written");
    if (epoch < 0 || position < 0 || position >= samples)
        in.fault("position", fmt::format("epoch {}, position {} is outside the data", epoch, position));
    if (auto status = in.finish(); !status)
        return status;
    m_epoch = static_cast<std::uint64_t>(epoch);
    m_position = static_cast<std::size_t>(position);
    prepareEpoch();
    return {};
}

} // namespace msrl::data
