// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of each token of a text, packed into one column. Used by this folder only. Reading throws
// SQLite::Exception for bytes that no writer here has made: such a file is damaged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace msrl::store {

// How many bytes of the text each token adds: 7 bits of the number to a byte, least first, so that nearly
// every token takes one.
std::string packTokenBytes(const std::vector<std::uint32_t>& counts);
std::vector<std::uint32_t> unpackTokenBytes(std::string_view bytes);

// Token texts may be pieces of a UTF-8 character, so they are kept as bytes: length (32 bit, little endian),
// bytes.
std::string packStrings(const std::vector<std::string>& strings);
std::vector<std::string> unpackStrings(std::string_view bytes);
// 32-bit floats, little endian.
std::string packFloats(const std::vector<float>& values);
std::vector<float> unpackFloats(std::string_view bytes);

} // namespace msrl::store
