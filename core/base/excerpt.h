// SPDX-License-Identifier: GPL-3.0-or-later
// The beginning of a text, for messages.
#pragma once

#include <string>
#include <string_view>

namespace msrl::base {

// At most so many bytes, and no part of a character. REQUIRES: valid UTF-8, or what comes of it may not be
// either.
inline std::string excerpt(std::string_view text, std::size_t bytes)
{
    std::size_t end = bytes < text.size() ? bytes : text.size();
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return std::string(text.substr(0, end));
}

} // namespace msrl::base
