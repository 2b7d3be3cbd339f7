// SPDX-License-Identifier: GPL-3.0-or-later
// Why a completion does not pass the strict grammar, for whoever writes one by hand.
#pragma once

#include "core/judge/parser.h"

#include <optional>
#include <string>
#include <string_view>

namespace msrl::judge {

// One sentence on the first thing to mend; nothing exactly when parseStrict() takes the text.
std::optional<std::string> formatProblem(std::string_view completion, Requirements requirements = {});

} // namespace msrl::judge
