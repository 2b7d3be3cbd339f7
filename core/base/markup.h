// SPDX-License-Identifier: GPL-3.0-or-later
// Text inside XML and HTML, and text with tags for people.
#pragma once

#include <string>
#include <string_view>

namespace msrl::base {

// For the content of an element and for a quoted attribute alike: & < > and both quotes are written as
// entities.
std::string escapeMarkup(std::string_view text);

// A tag that follows itself is written once with its count: "<img> ×256". A tag is <…> around letters, '_'
// and '|'.
std::string foldRepeatedTags(std::string_view text);

} // namespace msrl::base
