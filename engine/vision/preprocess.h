// SPDX-License-Identifier: GPL-3.0-or-later
// From images to what the vision tower reads.
#pragma once

#include "core/base/result.h"
#include "engine/vision/image.h"
#include "engine/vision/tiling.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace msrl::vision {

struct PreprocessSettings
{
    std::int64_t tileSize = 448; // the vision tower's image size
    std::int64_t minTiles = 1;
    std::int64_t maxTiles = 12; // 1: no tiling
    bool thumbnail = true;
    Resize resize = Resize::Pil;
    std::array<float, 3> mean { 0.485F, 0.456F, 0.406F };
    std::array<float, 3> deviation { 0.229F, 0.224F, 0.225F };

    Cut cut() const { return { tileSize, thumbnail, resize }; }
};

// Reads mean, deviation and tile numbers from FOLDER/preprocessor_config.json if there is one, and before it
// what config.json of the original form says of tiles; what neither says is as in `defaults` (the published
// InternVL values). defaults.tileSize is the vision tower's: a
// differing size in the file is refused.
base::Result<PreprocessSettings> readPreprocessSettings(
    const std::filesystem::path& folder, const PreprocessSettings& defaults);

// At most `most` tiles an image, thumbnail not counted. Refused when the model asks for more.
base::Result<PreprocessSettings> withMostTiles(
    PreprocessSettings settings, std::int64_t most, const std::string& place);

Grid gridFor(std::int64_t width, std::int64_t height, const PreprocessSettings& settings);
// How many tiles an image of this size becomes, thumbnail included.
std::int64_t numTiles(std::int64_t width, std::int64_t height, const PreprocessSettings& settings);

// Images of tile size -> [T,3,S,S] float32. Resize::Pil: ((v / 255) - mean) / deviation;
// Resize::Torchvision: (v - 255 mean) / (255 deviation), as the processors of that pipeline.
at::Tensor normalise(std::span<const Image> tiles, const PreprocessSettings& settings);

// One image -> [T,3,S,S].
at::Tensor tilesOf(const Image& image, const PreprocessSettings& settings);
// Frames of a video, one tile each -> [frames,3,S,S].
at::Tensor tilesOfFrames(std::span<const Image> frames, const PreprocessSettings& settings);

} // namespace msrl::vision
