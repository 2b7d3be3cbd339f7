// SPDX-License-Identifier: GPL-3.0-or-later
// Whole numbers that mostly lie near those before them, as the steps and times of a curve do: four bytes each
// instead of eight, and no copy of all when they grow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace msrl::models {

class OffsetColumn
{
public:
    void append(std::int64_t number);
    void truncate(std::size_t size);

    std::size_t size() const { return m_size; }
    bool empty() const { return m_size == 0; }
    std::int64_t at(std::size_t index) const
    {
        const Block& block = m_blocks[index / kBlock];
        const std::size_t place = index % kBlock;
        return block.far.empty() ? block.base + block.near[place] : block.far[place];
    }
    std::int64_t back() const { return at(m_size - 1); }

private:
    static constexpr std::size_t kBlock = 1024;
    struct Block
    {
        std::int64_t base = 0;
        std::vector<std::uint32_t> near; // above the base
        std::vector<std::int64_t> far; // the numbers themselves, where one of them is too far away
    };

    std::vector<Block> m_blocks;
    std::size_t m_size = 0;
};

} // namespace msrl::models
