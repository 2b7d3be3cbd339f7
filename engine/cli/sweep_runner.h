// SPDX-License-Identifier: GPL-3.0-or-later
// Carries a run group out: all of it is checked before anything is written, then its members run one after
// the other on one folder of artefacts. What is done is not done again, however the last process ended.
#pragma once

#include "core/groups/group_file.h"

#include <cstdio>
#include <string>

namespace msrl::cli {

struct SweepOptions
{
    int threads = 0; // 0: all processors
    bool detached = false;
    std::string commandLine;
    std::FILE* console = stdout; // progress for people
};

// `group` has its project, options and members; the file in `folder` is written, or rewritten when the group
// has grown. A member that fails does not keep the others from running; the error then says how many did.
base::Status runGroup(
    const groups::GroupFolder& folder, const groups::RunGroup& group, const SweepOptions& options);

} // namespace msrl::cli
