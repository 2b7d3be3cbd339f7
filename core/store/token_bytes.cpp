// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/token_bytes.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <limits>

namespace msrl::store {

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

} // namespace msrl::store
