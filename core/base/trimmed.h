// SPDX-License-Identifier: GPL-3.0-or-later
// A text without the white space at its ends.
#pragma once

#include <cstddef>
#include <string_view>

namespace msrl::base {

// Part of `text`; empty where it holds nothing but `space`, any of whose characters counts.
inline std::string_view trimmed(std::string_view text, std::string_view space = " \t\r\n")
{
    const std::size_t begin = text.find_first_not_of(space);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

} // namespace msrl::base
