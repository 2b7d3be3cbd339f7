// SPDX-License-Identifier: GPL-3.0-or-later
// A list that grows without a copy of all, in blocks that are long enough to be read through as arrays.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace msrl::models {

template <class Value> class BlockList
{
public:
    static constexpr std::size_t kBlock = 4096;

    void push_back(Value value)
    {
        if (m_size % kBlock == 0)
            m_blocks.push_back(std::make_unique<Value[]>(kBlock));
        m_blocks.back()[m_size % kBlock] = value;
        ++m_size;
    }
    // Forgets all from `size` on.
    void truncate(std::size_t size)
    {
        if (size >= m_size)
            return;
        m_size = size;
        m_blocks.resize((size + kBlock - 1) / kBlock);
    }

    std::size_t size() const { return m_size; }
    const Value& operator[](std::size_t index) const { return m_blocks[index / kBlock][index % kBlock]; }
    // From `first` to the end of its block, of the list or of `count`, whichever comes first.
    std::span<const Value> stretch(std::size_t first, std::size_t count) const
    {
        const std::size_t room = std::min(kBlock - first % kBlock, m_size - first);
        return { &(*this)[first], std::min(room, count) };
    }

private:
    std::vector<std::unique_ptr<Value[]>> m_blocks;
    std::size_t m_size = 0;
};

} // namespace msrl::models
