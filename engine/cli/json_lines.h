// SPDX-License-Identifier: GPL-3.0-or-later
// Commands that answer one JSON object per line of standard input with one line of standard output.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <functional>
#include <string>

namespace msrl::cli {

// `place` names the line, for messages: "standard input:3".
using LineAnswer = std::function<base::Result<base::Json>(const base::Json& row, const std::string& place)>;

// Reads to the end of standard input; blank lines are passed over. An answer is written as soon as it is
// known, so that a program can ask one thing after the other. The first fault ends it.
base::Status answerLines(const LineAnswer& answer);

} // namespace msrl::cli
