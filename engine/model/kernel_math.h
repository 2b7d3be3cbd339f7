// SPDX-License-Identifier: GPL-3.0-or-later
// Small pieces for loops that the compiler vectorises.
#pragma once

#include <bit>
#include <cstdint>

// Compiles a function once for AVX2 with FMA and once for any x86-64; the loader picks.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)         \
    && !defined(__SANITIZE_ADDRESS__)
#define MSRL_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define MSRL_VECTOR_CLONES
#endif
#define MSRL_INLINE inline __attribute__((always_inline))

namespace msrl::model::kernels {

// exp(x) for x <= 88 within 2 units in the last place; underflows to about 1e-38.
MSRL_INLINE float exponential(float x)
{
    constexpr float kLog2e = 1.44269504F;
    constexpr float kLn2High = 0.693359375F;
    constexpr float kLn2Low = -2.12194440e-4F;
    constexpr float kRound = 12582912.0F; // 1.5 * 2^23: adding it rounds to an integer in the low bits
    x = x < -87.0F ? -87.0F : x;
    x = x > 88.0F ? 88.0F : x;
    const float shifted = x * kLog2e + kRound;
    const float n = shifted - kRound;
    const float r = (x - n * kLn2High) - n * kLn2Low;
    float p = 1.9875691500e-4F;
    p = p * r + 1.3981999507e-3F;
    p = p * r + 8.3334519073e-3F;
    p = p * r + 4.1665795894e-2F;
    p = p * r + 1.6666665459e-1F;
    p = p * r + 5.0000001201e-1F;
    p = p * r * r + r + 1.0F;
    const auto exponent = static_cast<std::uint32_t>(std::bit_cast<std::int32_t>(shifted) - 0x4B400000 + 127)
        << 23;
    return p * std::bit_cast<float>(exponent);
}

} // namespace msrl::model::kernels
