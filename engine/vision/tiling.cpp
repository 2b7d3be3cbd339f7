// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/tiling.h"

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

namespace {

std::vector<Image> cutRows(const Image& whole, const Grid& grid, std::int64_t tileSize)
{
    std::vector<Image> out;
    for (std::int64_t row = 0; row < grid.rows; ++row) {
        for (std::int64_t col = 0; col < grid.cols; ++col)
            out.push_back(crop(whole, col * tileSize, row * tileSize, tileSize, tileSize));
    }
    return out;
}

struct Size
{
    std::int64_t width = 0;
    std::int64_t height = 0;
};

// The largest size with the image's aspect ratio that fits into the canvas; the shorter side is rounded up.
Size fittingSize(const Image& image, std::int64_t width, std::int64_t height)
{
    const double scaleX = static_cast<double>(width) / static_cast<double>(image.width);
    const double scaleY = static_cast<double>(height) / static_cast<double>(image.height);
    const auto scaled = [](std::int64_t length, double scale, std::int64_t most) {
        return std::min(static_cast<std::int64_t>(std::ceil(static_cast<double>(length) * scale)), most);
    };
    if (scaleX < scaleY)
        return { width, scaled(image.height, scaleX, height) };
    return { scaled(image.width, scaleY, width), height };
}

} // namespace

std::vector<Image> cutTiles(const Image& image, const Grid& grid, const Cut& how)
{
    const Image whole = resizeBicubic(image, grid.cols * how.tileSize, grid.rows * how.tileSize, how.resize);
    if (grid.tiles() == 1)
        return { whole };
    std::vector<Image> out = cutRows(whole, grid, how.tileSize);
    if (how.thumbnail)
        out.push_back(resizeBicubic(image, how.tileSize, how.tileSize, how.resize));
    return out;
}

std::vector<Image> cutPadded(const Image& image, const Grid& grid, const Cut& how)
{
    const std::int64_t width = grid.cols * how.tileSize;
    const std::int64_t height = grid.rows * how.tileSize;
    const Size size = fittingSize(image, width, height);
    const Image fitted = resizeBicubic(image, size.width, size.height, how.resize);
    Image canvas { width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(3 * width * height)) };
    const std::int64_t left = (width - fitted.width) / 2;
    const std::int64_t top = (height - fitted.height) / 2;
    for (std::int64_t y = 0; y < fitted.height; ++y)
        std::copy_n(fitted.rgb.begin() + 3 * y * fitted.width, 3 * fitted.width,
            canvas.rgb.begin() + 3 * ((top + y) * width + left));
    std::vector<Image> out { resizeBicubic(image, how.tileSize, how.tileSize, how.resize) };
    for (Image& tile : cutRows(canvas, grid, how.tileSize))
        out.push_back(std::move(tile));
    return out;
}

} // namespace msrl::vision
