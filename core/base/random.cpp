// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <cassert>
#include <cmath>

namespace msrl::base {

namespace {

// The finaliser of SplitMix64: a bijection in which every input bit reaches every output bit.
std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

std::uint64_t combined(std::uint64_t state, std::uint64_t value)
{
    return mixed(state ^ mixed(value));
}

// Natural logarithm from basic arithmetic alone: the C library's may differ in the last bit between
// platforms. With x = m * 2^e and s = (m - 1) / (m + 1): ln x = e ln 2 + 2 (s + s^3/3 + s^5/5 + …), |s| <
// 0.172.
double portableLog(double x)
{
    constexpr double kLn2 = 0.693147180559945309417;
    constexpr double kSqrtHalf = 0.707106781186547524401;
    constexpr int kTerms = 12;
    int exponent = 0;
    double mantissa = std::frexp(x, &exponent);
    if (mantissa < kSqrtHalf) {
        mantissa *= 2;
        --exponent;
    }
    const double s = (mantissa - 1) / (mantissa + 1);
    const double square = s * s;
    double sum = 0;
    for (int term = kTerms; term >= 0; --term)
        sum = sum * square + 1.0 / (2 * term + 1);
    return exponent * kLn2 + 2 * s * sum;
}

} // namespace

std::array<std::uint32_t, 4> philox4x32(
    std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key)
{
    constexpr int kRounds = 10;
    for (int round = 0; round < kRounds; ++round) {
        const std::uint64_t low = std::uint64_t { 0xD2511F53 } * counter[0];
        const std::uint64_t high = std::uint64_t { 0xCD9E8D57 } * counter[2];
        counter = { static_cast<std::uint32_t>(high >> 32) ^ counter[1] ^ key[0],
            static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(low >> 32) ^ counter[3] ^ key[1],
            static_cast<std::uint32_t>(low) };
        key[0] += 0x9E3779B9;
        key[1] += 0xBB67AE85;
    }
    return counter;
}

RandomStream::RandomStream(
    std::uint64_t seed, std::string_view purpose, std::initializer_list<std::uint64_t> indices)
{
    std::uint64_t name = mixed(purpose.size());
    for (const char c : purpose)
        name = combined(name, static_cast<unsigned char>(c));
    m_key = combined(mixed(seed), name);
    m_stream = combined(name, indices.size());
    for (const std::uint64_t index : indices)
        m_stream = combined(m_stream, index);
}

std::uint64_t RandomStream::nextU64()
{
    const std::uint64_t index = m_position / 2;
    if (!m_hasBlock || index != m_blockIndex) {
        const auto words = philox4x32(
            { static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                static_cast<std::uint32_t>(m_stream), static_cast<std::uint32_t>(m_stream >> 32) },
            { static_cast<std::uint32_t>(m_key), static_cast<std::uint32_t>(m_key >> 32) });
        m_block
            = { words[0] | std::uint64_t { words[1] } << 32, words[2] | std::uint64_t { words[3] } << 32 };
        m_blockIndex = index;
        m_hasBlock = true;
    }
    return m_block[m_position++ % 2];
}

double RandomStream::uniform()
{
    constexpr double kStep = 1.0 / 9007199254740992.0; // 2^-53
    return static_cast<double>(nextU64() >> 11) * kStep;
}

std::uint64_t RandomStream::below(std::uint64_t n)
{
    assert(n > 0);
    const std::uint64_t surplus = (0 - n) % n; // 2^64 mod n: the values that would favour small results
    std::uint64_t value = nextU64();
    while (value < surplus)
        value = nextU64();
    return value % n;
}

std::int64_t RandomStream::between(std::int64_t low, std::int64_t high)
{
    assert(low <= high);
    const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    const std::uint64_t offset = span == 0 ? nextU64() : below(span);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

double RandomStream::normal()
{
    // Marsaglia's polar method; the second value of each pair is not kept, so that the position says
    // everything.
    for (;;) {
        const double u = 2 * uniform() - 1;
        const double v = 2 * uniform() - 1;
        const double r = u * u + v * v;
        if (r > 0 && r < 1)
            return u * std::sqrt(-2 * portableLog(r) / r);
    }
}

void RandomStream::seek(std::uint64_t position)
{
    m_position = position;
    m_hasBlock = false;
}

} // namespace msrl::base
