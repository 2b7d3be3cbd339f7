// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/tiling.h"

#include "engine/vision/resize.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace msrl::vision {

Grid chooseGrid(std::int64_t width, std::int64_t height, std::int64_t tileSize, std::int64_t minTiles,
    std::int64_t maxTiles)
{
    std::vector<Grid> grids;
    for (std::int64_t cols = 1; cols <= maxTiles; ++cols) {
        for (std::int64_t rows = 1; rows <= maxTiles / cols; ++rows) {
            if (cols * rows >= minTiles)
                grids.push_back({ cols, rows });
        }
    }
    std::stable_sort(
        grids.begin(), grids.end(), [](const Grid& a, const Grid& b) { return a.tiles() < b.tiles(); });
    const double aspect = static_cast<double>(width) / static_cast<double>(height);
    const auto area = static_cast<double>(width * height);
    Grid best;
    double bestDifference = std::numeric_limits<double>::infinity();
    for (const Grid& grid : grids) {
        const double difference
            = std::abs(aspect - static_cast<double>(grid.cols) / static_cast<double>(grid.rows));
        const double needed = 0.5 * static_cast<double>(tileSize * tileSize * grid.tiles());
        if (difference < bestDifference || (difference == bestDifference && area > needed))
            best = grid;
        bestDifference = std::min(difference, bestDifference);
    }
    return best;
}

std::vector<Image> cutTiles(const Image& image, const Grid& grid, std::int64_t tileSize, bool thumbnail)
{
    const Image whole = resizeBicubic(image, grid.cols * tileSize, grid.rows * tileSize);
    std::vector<Image> out;
    if (grid.tiles() == 1)
        return { whole };
    for (std::int64_t row = 0; row < grid.rows; ++row) {
        for (std::int64_t col = 0; col < grid.cols; ++col)
            out.push_back(crop(whole, col * tileSize, row * tileSize, tileSize, tileSize));
    }
    if (thumbnail)
        out.push_back(resizeBicubic(image, tileSize, tileSize));
    return out;
}

} // namespace msrl::vision
