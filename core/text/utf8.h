// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8 from outside: where it is broken, how it is repaired, and its composed form.
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace msrl::text {

// Length of the well-formed character at the start, or 0. REQUIRES: not empty.
std::size_t characterLength(std::string_view bytes);

// Byte offset of the first ill-formed sequence; nothing when the whole text is UTF-8.
std::optional<std::size_t> findInvalidUtf8(std::string_view bytes);

// Moves what is decided from `pending` to `out`. Each maximal subpart of an ill-formed sequence becomes one
// U+FFFD (Unicode 16, section 3.9, the practice that replacement follows elsewhere too). Bytes that may still
// become a character stay pending.
void takeCharacters(std::string& pending, std::string& out);

// The same for a text that has ended: nothing stays pending.
std::string replaceInvalidUtf8(std::string bytes);

// Normalisation form C as the tokenizers library has it: by the tables of Unicode 9, whatever the version of
// utf8proc. REQUIRES: valid UTF-8.
base::Result<std::string> composed(std::string_view utf8);

} // namespace msrl::text
