// SPDX-License-Identifier: GPL-3.0-or-later
// Random numbers that depend only on what they are for: a stream is named by (seed, purpose, indices), so
// results do not change with the order of work, the batch packing or the number of ranks, and are the same on
// every platform.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>

namespace msrl::base {

// Philox4x32 with 10 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): the
// block of four words for one counter and key.
std::array<std::uint32_t, 4> philox4x32(
    std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// One named sequence. Copying forks it: both copies go on with the same numbers.
//
//     RandomStream random(seed, "rollout", {stage, step, prompt, index});
//     if (random.uniform() < p) …
class RandomStream
{
public:
    RandomStream(
        std::uint64_t seed, std::string_view purpose, std::initializer_list<std::uint64_t> indices = {});

    std::uint64_t nextU64();
    // In [0, 1), a multiple of 2^-53.
    double uniform();
    // In [0, n), every value equally likely. REQUIRES: n > 0
    std::uint64_t below(std::uint64_t n);
    // In [low, high], both included. REQUIRES: low <= high
    std::int64_t between(std::int64_t low, std::int64_t high);
    // Mean 0, variance 1. Uses only operations that IEEE 754 rounds exactly.
    double normal();

    // Every order equally likely (Fisher and Yates, from the end).
    template <class T> void shuffle(std::span<T> items)
    {
        for (std::size_t n = items.size(); n > 1; --n) {
            using std::swap;
            swap(items[n - 1], items[static_cast<std::size_t>(below(n))]);
        }
    }
    template <class Container> void shuffle(Container& items)
    {
        shuffle(std::span<typename Container::value_type>(items));
    }

    // How many 64-bit numbers were drawn; seek() continues from such a position, for checkpoints.
    std::uint64_t position() const { return m_position; }
    void seek(std::uint64_t position);

private:
    std::uint64_t m_key = 0;
    std::uint64_t m_stream = 0;
    std::uint64_t m_position = 0;
    std::uint64_t m_blockIndex = 0; // of m_block; valid once m_hasBlock
    std::array<std::uint64_t, 2> m_block {};
    bool m_hasBlock = false;
};

} // namespace msrl::base
