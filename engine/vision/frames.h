// SPDX-License-Identifier: GPL-3.0-or-later
// Which frames of a video a model looks at.
#pragma once

#include "core/base/result.h"
#include "core/data/media.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace msrl::vision {

struct FrameRequest
{
    data::FrameRule rule = data::FrameRule::Original;
    std::int64_t totalFrames = 0;
    std::int64_t numSegments = data::kDefaultFrames; // frames wanted
    double fps = 0; // of the video; used with `seconds` and `perSecond` only
    std::optional<std::pair<double, double>> seconds; // Original: part of the video; nothing: all of it
    // HuggingFace: as many frames as this rate gives, in place of numSegments.
    std::optional<double> perSecond;
    std::optional<double> shift; // HuggingFace: where to begin; nothing: half a step
};

// Indices from 0 in ascending order.
// Original: the middle of equal segments, first + s/2 + round(k s) cut to a whole number, with halves rounded
// to even; frames repeat when the video has fewer than wanted.
// HuggingFace: shift, shift + total/n, … below total, cut to whole numbers in float32; refused when the video
// has fewer frames than wanted.
// Both refuse a request for no frame, and options of the other rule.
base::Result<std::vector<std::int64_t>> chooseFrames(const FrameRequest& request);

} // namespace msrl::vision
