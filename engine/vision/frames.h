// SPDX-License-Identifier: GPL-3.0-or-later
// Which frames of a video a model looks at.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace msrl::vision {

struct FrameRequest
{
    std::int64_t totalFrames = 0;
    std::int64_t numSegments = 8; // frames wanted
    double fps = 0; // used with `seconds` only
    std::optional<std::pair<double, double>> seconds; // part of the video; nothing: all of it
};

// The middle of equal segments, as InternVL's own code chooses them (halves round to even). Frames repeat
// when the video has fewer than wanted.
base::Result<std::vector<std::int64_t>> segmentFrames(const FrameRequest& request);

} // namespace msrl::vision
