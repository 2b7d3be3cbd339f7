// SPDX-License-Identifier: GPL-3.0-or-later
// LLaVA-OneVision: SigLIP, a projector of two layers, any-resolution packing, Qwen2.
#pragma once

#include "engine/model/internvl.h"
#include "engine/model/visual_input.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace msrl::model {

base::Result<ModelConfig> readLlavaOneVision(const base::Json& json, const std::string& place);
base::Json writeLlavaOneVision(const ModelConfig& config, const std::string& dtype);
base::Status checkLlavaOneVision(const ModelConfig& config, const std::string& place);
Policy allocateLlavaOneVision(const ModelConfig& config, c10::ScalarType dtype, c10::Device device);
Respelled respellLlavaOneVision(std::string_view nameInFile);
// Empty for the original spelling, which this engine does not know.
std::string spellLlavaOneVision(std::string_view name, Spelling spelling);
base::Result<VisualFeatures> llavaOneVisionFeatures(
    const Policy& policy, const VisualInput& input, const Trace& trace);

// How an image of (height, width) is shown: the pinpoint that keeps most of its pixels and wastes least, the
// tiles (base tile included), the grid of features that remains after unpadding and scaling down, and all
// tokens (base tile, grid and a newline per row).
using Size = std::pair<std::int64_t, std::int64_t>; // height, width
struct AnyResolutionPlan
{
    Size pinpoint;
    std::int64_t tiles = 0;
    Size unpaddedFrom; // first row and column of the grid's features that belong to the image
    Size unpadded;
    Size features;
    bool scaledDown = false;
    std::int64_t tokens = 0;
};
// REQUIRES: height, width >= 1 and at least one pinpoint.
AnyResolutionPlan planAnyResolution(
    Size image, const AnyResolution& settings, std::int64_t tileSize, std::int64_t patchesPerSide);

// A frame's features at half the resolution, rounded up.
inline std::int64_t pooledSide(std::int64_t patchesPerSide)
{
    return (patchesPerSide + 1) / 2;
}
// Tokens of a video: the pooled features of its frames and one newline.
inline std::int64_t videoTokens(std::int64_t frames, std::int64_t patchesPerSide)
{
    const std::int64_t side = pooledSide(patchesPerSide);
    return frames * side * side + 1;
}

} // namespace msrl::model
