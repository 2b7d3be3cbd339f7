// SPDX-License-Identifier: GPL-3.0-or-later
// Dynamic tiling: which grid of square tiles comes nearest to an image's aspect ratio.
#pragma once

#include "engine/vision/image.h"

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

// The image resized to the grid (the aspect ratio is not kept) and cut, row by row; with more than one tile
// the whole image as thumbnail comes last.
std::vector<Image> cutTiles(const Image& image, const Grid& grid, std::int64_t tileSize, bool thumbnail);

} // namespace msrl::vision
