// SPDX-License-Identifier: GPL-3.0-or-later
// A benchmark's figures for people: one table per protocol, groups as rows.
#pragma once

#include "core/base/json.h"

#include <string>

namespace msrl::cli {

// Objects whose members have the same kind of figures become a table, single figures a list above it.
// Lists of more than two values (one per row of the benchmark) are left to the JSON. Shares have four digits,
// a figure that does not exist is "-".
std::string evaluationTable(const base::Json& figures);

} // namespace msrl::cli
