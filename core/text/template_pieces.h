// SPDX-License-Identifier: GPL-3.0-or-later
// A chat template (Jinja, as Hugging Face sets it up) in a form that is equal for templates which differ in
// layout alone. Nothing is interpreted.
//
// What makes no difference: white space inside tags, quotes and escapes of a string, a.b for a['b'], where
// one
// {{ }} ends and the next begins, '+' between strings, comments, and white space that the set-up removes
// (trim_blocks, lstrip_blocks, {%- and -%}, the last line feed).
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace msrl::text {

// Statements as "% for message in messages", written expressions as "{ message['role']", constant text with
// its quotes as in JSON. Refused: a tag, comment or string that does not end.
base::Result<std::vector<std::string>> templatePieces(std::string_view jinja, const std::string& place);

} // namespace msrl::text
