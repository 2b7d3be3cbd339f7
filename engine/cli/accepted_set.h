// SPDX-License-Identifier: GPL-3.0-or-later
// The samples that an audit gate of a run let through.
#pragma once

#include "core/base/result.h"
#include "core/data/sample.h"
#include "core/store/run_folder.h"
#include "core/store/run_reader.h"

#include <string>
#include <vector>

namespace msrl::cli {

// teacher: the CMKD step; gate: the step behind it, empty: the only one that has let a set through. Refused:
// there is no such gate, or several are and none is named.
base::Result<std::vector<data::Sample>> acceptedSet(const store::RunFolder& folder, store::RunReader& reader,
    const std::string& teacher, const std::string& gate);

} // namespace msrl::cli
