// SPDX-License-Identifier: GPL-3.0-or-later
// Dynamic tiling: which grid of square tiles comes nearest to an image's aspect ratio.
#pragma once

#include "engine/vision/image.h"
#include "engine/vision/resize.h"

#include <cstdint>
#include <vector>

namespace msrl::vision {

struct Grid
{
    std::int64_t cols = 1;
    std::int64_t rows = 1;

    std::int64_t tiles() const { return cols * rows; }
    bool operator==(const Grid&) const = default;
};

// Among all grids with minTiles..maxTiles tiles the one with the nearest aspect ratio; of equal ones a larger
// grid only if the image has more than half of its pixels.
Grid chooseGrid(std::int64_t width, std::int64_t height, std::int64_t tileSize, std::int64_t minTiles,
    std::int64_t maxTiles);

struct Cut
{
    std::int64_t tileSize = 448;
    bool thumbnail = true; // of more than one tile: the whole image as the last one
    Resize resize = Resize::Pil;
};

// The image resized to the grid (the aspect ratio is not kept) and cut, row by row.
std::vector<Image> cutTiles(const Image& image, const Grid& grid, const Cut& how);

// LLaVA-OneVision's any-resolution tiles: first the whole image resized to one tile (the aspect ratio is not
// kept), then the image in the middle of a black canvas of grid x tileSize pixels, as large as fits with its
// aspect ratio, cut row by row. Follows transformers: get_patch_output_size, pad and divide_to_patches.
std::vector<Image> cutPadded(const Image& image, const Grid& grid, const Cut& how);

} // namespace msrl::vision
