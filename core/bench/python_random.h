// SPDX-License-Identifier: GPL-3.0-or-later
// random.seed(n); random.random() of CPython, for official scripts that toss coins.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace msrl::bench {

// MT19937 seeded by init_by_array([seed]) (Matsumoto and Nishimura, 2002).
class PythonRandom
{
public:
    explicit PythonRandom(std::uint32_t seed);
    // In [0, 1), 53 bits.
    double random();

private:
    std::uint32_t next();
    void refill();

    static constexpr std::size_t kSize = 624;
    std::array<std::uint32_t, kSize> m_state {};
    std::size_t m_index = kSize;
};

} // namespace msrl::bench
