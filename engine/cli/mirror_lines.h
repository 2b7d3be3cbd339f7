// SPDX-License-Identifier: GPL-3.0-or-later
// What `msrl-engine mirror` tells of a run, or of a group and all of its members, as JSON objects that
// docs/runs.md describes.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace msrl::cli {

using SayLine = std::function<void(const base::Json&)>;

class MirrorLines
{
public:
    virtual ~MirrorLines() = default;
    // Says what is new since the last call; whether there was anything. A sign of life, which comes once a
    // second, is nothing new.
    virtual base::Result<bool> tell(const SayLine& say) = 0;
};

// `after`: what is known already, of a run {"metrics": ROW, …}, of a group the same by folder within it,
// {"sweep": {…}, "members/NAME": {…}}. BadInput: neither a run nor a group, or no such cursor.
base::Result<std::unique_ptr<MirrorLines>> openMirror(
    const std::filesystem::path& folder, const base::Json& after);

} // namespace msrl::cli
