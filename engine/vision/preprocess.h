// SPDX-License-Identifier: GPL-3.0-or-later
// From image files to what the vision tower reads.
#pragma once

#include "core/base/result.h"
#include "engine/vision/image.h"

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
    std::array<float, 3> mean { 0.485F, 0.456F, 0.406F };
    std::array<float, 3> deviation { 0.229F, 0.224F, 0.225F };
};

// Reads mean, deviation and tile numbers from FOLDER/preprocessor_config.json if there is one; the published
// InternVL values otherwise. `tileSize` comes from config.json; a differing size in the file is refused.
base::Result<PreprocessSettings> readPreprocessSettings(
    const std::filesystem::path& folder, std::int64_t tileSize);

// How many tiles an image of this size becomes, thumbnail included.
std::int64_t numTiles(std::int64_t width, std::int64_t height, const PreprocessSettings& settings);

// Images of tile size -> [T,3,S,S] float32, ((v / 255) - mean) / deviation.
at::Tensor normalise(std::span<const Image> tiles, const PreprocessSettings& settings);

// One image file -> [T,3,S,S].
base::Result<at::Tensor> loadImage(const std::filesystem::path& path, const PreprocessSettings& settings);
// Frames of a video, one tile each -> [frames,3,S,S].
base::Result<at::Tensor> loadFrames(
    std::span<const std::filesystem::path> frames, const PreprocessSettings& settings);

} // namespace msrl::vision
