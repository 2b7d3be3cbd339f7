// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/frames.h"

#include <ATen/ops/arange.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace msrl::vision {
namespace {

using Indices = std::vector<std::int64_t>;

base::Result<Indices> originalFrames(const FrameRequest& request)
{
    if (request.perSecond || request.shift)
        return base::badInput("frames per second and a shift belong to the frame rule hf");
    const double last = static_cast<double>(request.totalFrames - 1);
    double from = 0;
    double to = last;
    if (request.seconds) {
        const auto [start, end] = *request.seconds;
        if (!(request.fps > 0))
            return base::badInput("the video does not say how many frames a second has");
        from = std::max(0.0, std::nearbyint(start * request.fps));
        to = std::min(std::nearbyint(end * request.fps), last);
        if (!(from <= to))
            return base::badInput(
                fmt::format("seconds {} to {} hold no frame: the video has {} at {} a second", start, end,
                    request.totalFrames, request.fps));
    }
    const double segment = (to - from) / static_cast<double>(request.numSegments);
    Indices out;
    for (std::int64_t k = 0; k < request.numSegments; ++k) {
        const double frame = from + segment / 2 + std::nearbyint(segment * static_cast<double>(k));
        out.push_back(static_cast<std::int64_t>(frame));
    }
    return out;
}

base::Result<Indices> huggingFaceFrames(const FrameRequest& request)
{
    if (request.seconds)
        return base::badInput("a part in seconds belongs to the frame rule original");
    const auto total = static_cast<double>(request.totalFrames);
    std::int64_t wanted = request.numSegments;
    if (request.perSecond) {
        if (!(request.fps > 0))
            return base::badInput("the video does not say how many frames a second has");
        wanted = static_cast<std::int64_t>(total / request.fps * *request.perSecond);
    }
    if (wanted < 1 || wanted > request.totalFrames)
        return base::badInput(fmt::format("{} frames wanted of a video of {}", wanted, request.totalFrames),
            {}, "ask for fewer, or choose the frame rule original");
    const double step = total / static_cast<double>(wanted);
    // float32, as the reference: the cut to whole numbers depends on it.
    const at::Tensor at = at::arange(request.shift.value_or(step / 2), total, step, at::kFloat).to(at::kLong);
    const auto* first = at.const_data_ptr<std::int64_t>();
    return Indices(first, first + at.numel());
}

} // namespace

base::Result<Indices> chooseFrames(const FrameRequest& request)
{
    if (request.totalFrames < 1)
        return base::badInput("the video has no frames");
    if (request.numSegments < 1)
        return base::badInput(fmt::format("{} frames wanted of a video", request.numSegments));
    return request.rule == data::FrameRule::Original ? originalFrames(request) : huggingFaceFrames(request);
}

} // namespace msrl::vision
