// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/offset_column.h"

#include <limits>

namespace msrl::models {

void OffsetColumn::append(std::int64_t number)
{
    if (m_size % kBlock == 0) {
        m_blocks.emplace_back();
        m_blocks.back().base = number;
    }
    Block& block = m_blocks.back();
    ++m_size;
    // Unsigned, as the difference of two 64-bit numbers may not fit.
    const auto offset = static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(block.base);
    const bool isNear = number >= block.base && offset <= std::numeric_limits<std::uint32_t>::max();
    if (block.far.empty() && isNear) {
        block.near.push_back(static_cast<std::uint32_t>(offset));
        return;
    }
    if (block.far.empty()) {
        for (const std::uint32_t known : block.near)
            block.far.push_back(block.base + known);
        block.near = {};
    }
    block.far.push_back(number);
}

void OffsetColumn::truncate(std::size_t size)
{
    if (size >= m_size)
        return;
    m_size = size;
    m_blocks.resize((size + kBlock - 1) / kBlock);
    if (size % kBlock == 0)
        return;
    Block& last = m_blocks.back();
    if (last.far.empty())
        last.near.resize(size % kBlock);
    else
        last.far.resize(size % kBlock);
}

} // namespace msrl::models
