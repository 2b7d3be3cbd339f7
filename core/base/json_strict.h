// SPDX-License-Identifier: GPL-3.0-or-later
// JSON whose objects may not name a member twice. Parsers differ in which of the two they take, so a file
// that does means different things to different programs.
#pragma once

#include "core/base/json.h"

namespace msrl::base {

// As parseSortedJson(), but a key that comes twice in one object is refused.
Result<SortedJson> parseStrictJson(std::string_view text, const std::string& place, JsonLimits limits = {});

} // namespace msrl::base
