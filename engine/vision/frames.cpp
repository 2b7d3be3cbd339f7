// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace msrl::vision {

base::Result<std::vector<std::int64_t>> segmentFrames(const FrameRequest& request)
{
    if (request.totalFrames < 1 || request.numSegments < 1)
        return base::badInput(
            fmt::format("{} frames wanted of a video of {}", request.numSegments, request.totalFrames));
    constexpr double kAlways = 1e5; // seconds: beyond any video
    const auto [start, end] = request.seconds.value_or(std::pair(-kAlways, kAlways));
    const double fps = request.seconds ? request.fps : 1.0;
    const double last = static_cast<double>(request.totalFrames - 1);
    const double from = request.seconds ? std::max(0.0, std::nearbyint(start * fps)) : 0.0;
    const double to = request.seconds ? std::min(std::nearbyint(end * fps), last) : last;
    const double segment = (to - from) / static_cast<double>(request.numSegments);
    std::vector<std::int64_t> out;
    for (std::int64_t k = 0; k < request.numSegments; ++k) {
        const double frame = from + segment / 2 + std::nearbyint(segment * static_cast<double>(k));
        out.push_back(static_cast<std::int64_t>(frame));
    }
    return out;
}

} // namespace msrl::vision
