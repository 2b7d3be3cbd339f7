// SPDX-License-Identifier: GPL-3.0-or-later
// The alphabet in which byte-level vocabularies spell bytes: each of the 256 bytes is one printable
// character.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msrl::text {

// "Ġred" -> " red"; nothing when a character is not of the alphabet.
std::optional<std::string> bytesFromAlphabet(std::string_view spelled);
// " red" -> "Ġred"
std::string alphabetFromBytes(std::string_view bytes);

} // namespace msrl::text
