// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/packed_tokens.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <bit>
#include <cstring>
#include <limits>

namespace msrl::store {

static_assert(std::endian::native == std::endian::little, "packed columns are little endian");

std::string packTokenBytes(const std::vector<std::uint32_t>& counts)
{
    std::string bytes;
    for (std::uint32_t rest : counts) {
        while (rest >= 0x80) {
            bytes.push_back(static_cast<char>(rest | 0x80U));
            rest >>= 7U;
        }
        bytes.push_back(static_cast<char>(rest));
    }
    return bytes;
}

std::vector<std::uint32_t> unpackTokenBytes(std::string_view bytes)
{
    std::vector<std::uint32_t> counts;
    std::uint64_t count = 0;
    unsigned shift = 0;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        count |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if (count > std::numeric_limits<std::uint32_t>::max())
            throw SQLite::Exception("the size of a token is too large");
        if ((byte & 0x80U) != 0) {
            shift += 7;
            if (shift > 28)
                throw SQLite::Exception("the size of a token is too long");
            continue;
        }
        counts.push_back(static_cast<std::uint32_t>(count));
        count = 0;
        shift = 0;
    }
    if (shift != 0)
        throw SQLite::Exception("sizes of tokens end too early");
    return counts;
}

std::string packStrings(const std::vector<std::string>& strings)
{
    std::string bytes;
    for (const std::string& text : strings) {
        const auto size = static_cast<std::uint32_t>(text.size());
        bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
        bytes += text;
    }
    return bytes;
}

std::vector<std::string> unpackStrings(std::string_view bytes)
{
    std::vector<std::string> strings;
    while (!bytes.empty()) {
        std::uint32_t size = 0;
        if (bytes.size() < sizeof size)
            throw SQLite::Exception("token texts end too early");
        std::memcpy(&size, bytes.data(), sizeof size);
        bytes.remove_prefix(sizeof size);
        if (bytes.size() < size)
            throw SQLite::Exception("token texts end too early");
        strings.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return strings;
}

std::string packFloats(const std::vector<float>& values)
{
    return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

std::vector<float> unpackFloats(std::string_view bytes)
{
    if (bytes.size() % sizeof(float) != 0)
        throw SQLite::Exception("token log-probabilities end too early");
    std::vector<float> values(bytes.size() / sizeof(float));
    if (!values.empty())
        std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

} // namespace msrl::store
