// SPDX-License-Identifier: GPL-3.0-or-later
// Base64 with the standard alphabet and padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace msrl::base {

// Nothing unless every character belongs to the alphabet, the length is a multiple of four and the unused
// bits at the end are zero. Line breaks are not skipped.
std::optional<std::string> base64Decode(std::string_view text);

std::string base64Encode(std::string_view bytes);

} // namespace msrl::base
