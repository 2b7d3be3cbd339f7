// SPDX-License-Identifier: GPL-3.0-or-later
// How many tiles the images and frames of each sample are cut into.
#pragma once

#include "core/data/sample.h"

#include <cstdint>
#include <map>
#include <span>

namespace msrl::cli {

// Tiles of one sample -> samples that have so many. InternVL's tiling with tiles of `tileSize` pixels, at
// most `maxTiles` of them an image, thumbnail not counted; each image is decoded for its size. BadInput for
// an image that cannot be decoded, with its row.
base::Result<std::map<std::int64_t, std::int64_t>> tileCounts(
    std::span<const data::Sample> samples, std::int64_t tileSize, std::int64_t maxTiles);

} // namespace msrl::cli
