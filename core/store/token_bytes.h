// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a completion each of its tokens adds, packed. Used by this folder only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::store {

// Each number by 7 bits to a byte, least first; one byte for nearly every token.
std::string packTokenBytes(const std::vector<std::uint32_t>& counts);
// Throws SQLite::Exception for bytes that are cut off or hold a number above 32 bits.
std::vector<std::uint32_t> unpackTokenBytes(std::string_view bytes);

} // namespace msrl::store
