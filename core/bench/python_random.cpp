// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/python_random.h"

namespace msrl::bench {

PythonRandom::PythonRandom(std::uint32_t seed)
{
    m_state[0] = 19650218u;
    for (std::uint32_t i = 1; i < kSize; ++i)
        m_state[i] = 1812433253u * (m_state[i - 1] ^ (m_state[i - 1] >> 30)) + i;
    std::size_t at = 1;
    const auto advance = [&] {
        if (++at == kSize) {
            m_state[0] = m_state[kSize - 1];
            at = 1;
        }
    };
    for (std::size_t round = 0; round < kSize; ++round) {
        m_state[at] = (m_state[at] ^ ((m_state[at - 1] ^ (m_state[at - 1] >> 30)) * 1664525u)) + seed;
        advance();
    }
    for (std::size_t round = 1; round < kSize; ++round) {
        m_state[at] = (m_state[at] ^ ((m_state[at - 1] ^ (m_state[at - 1] >> 30)) * 1566083941u))
            - static_cast<std::uint32_t>(at);
        advance();
    }
    m_state[0] = 0x80000000u;
}

void PythonRandom::refill()
{
    constexpr std::size_t kShift = 397;
    for (std::size_t i = 0; i < kSize; ++i) {
        const std::uint32_t bits = (m_state[i] & 0x80000000u) | (m_state[(i + 1) % kSize] & 0x7fffffffu);
        m_state[i] = m_state[(i + kShift) % kSize] ^ (bits >> 1) ^ ((bits & 1u) != 0 ? 0x9908b0dfu : 0u);
    }
    m_index = 0;
}

std::uint32_t PythonRandom::next()
{
    if (m_index == kSize)
        refill();
    std::uint32_t y = m_state[m_index++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
}

double PythonRandom::random()
{
    const std::uint32_t high = next() >> 5;
    const std::uint32_t low = next() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
}

} // namespace msrl::bench
