// SPDX-License-Identifier: GPL-3.0-or-later
// Follows transformers: select_best_resolution, unpad_image, pack_image_features.
#include "engine/model/llava_onevision.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace msrl::model {
namespace {

constexpr double kScaleDownAbove = 1.1;

Size bestPinpoint(Size image, const std::vector<Size>& pinpoints)
{
    Size best = pinpoints.front();
    std::int64_t most = 0;
    std::int64_t leastWaste = INT64_MAX;
    for (const auto& [height, width] : pinpoints) {
        const double scale = std::min(static_cast<double>(width) / static_cast<double>(image.second),
            static_cast<double>(height) / static_cast<double>(image.first));
        const auto scaledWidth = static_cast<std::int64_t>(static_cast<double>(image.second) * scale);
        const auto scaledHeight = static_cast<std::int64_t>(static_cast<double>(image.first) * scale);
        const std::int64_t kept = std::min(scaledWidth * scaledHeight, image.first * image.second);
        const std::int64_t waste = width * height - kept;
        if (kept > most || (kept == most && waste < leastWaste)) {
            most = kept;
            leastWaste = waste;
            best = { height, width };
        }
    }
    return best;
}

// int(round(x, 7)) of Python: the decimal nearest to x.
std::int64_t truncateRounded(double x)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.7f", x);
    return static_cast<std::int64_t>(std::strtod(text, nullptr));
}

// a // b of Python for floats.
std::int64_t floorDivide(double a, double b)
{
    const double whole = (a - std::fmod(a, b)) / b;
    const double floored = std::floor(whole);
    return static_cast<std::int64_t>(whole - floored > 0.5 ? floored + 1 : floored);
}

void unpad(Size image, Size grid, AnyResolutionPlan& out)
{
    const auto [rows, cols] = grid;
    const double aspect = static_cast<double>(image.second) / static_cast<double>(image.first);
    const double gridAspect = static_cast<double>(cols) / static_cast<double>(rows);
    if (aspect > gridAspect) {
        const double scale = static_cast<double>(cols) / static_cast<double>(image.second);
        const std::int64_t padding = (rows - truncateRounded(static_cast<double>(image.first) * scale)) / 2;
        out.unpaddedFrom = { padding, 0 };
    } else {
        const double scale = static_cast<double>(rows) / static_cast<double>(image.first);
        const std::int64_t padding = (cols - truncateRounded(static_cast<double>(image.second) * scale)) / 2;
        out.unpaddedFrom = { 0, padding };
    }
    out.unpadded = { rows - 2 * out.unpaddedFrom.first, cols - 2 * out.unpaddedFrom.second };
}

} // namespace

AnyResolutionPlan planAnyResolution(
    Size image, const AnyResolution& settings, std::int64_t tileSize, std::int64_t patchesPerSide)
{
    AnyResolutionPlan out;
    out.pinpoint = bestPinpoint(image, settings.pinpoints);
    const Size tiles { out.pinpoint.first / tileSize, out.pinpoint.second / tileSize };
    out.tiles = 1 + tiles.first * tiles.second;
    unpad(image, { tiles.first * patchesPerSide, tiles.second * patchesPerSide }, out);
    out.features = out.unpadded;
    const auto most = static_cast<double>(settings.maxTiles * patchesPerSide * patchesPerSide);
    const double ratio = std::sqrt(static_cast<double>(out.unpadded.first * out.unpadded.second) / most);
    out.scaledDown = ratio > kScaleDownAbove;
    if (out.scaledDown)
        out.features = { floorDivide(static_cast<double>(out.unpadded.first), ratio),
            floorDivide(static_cast<double>(out.unpadded.second), ratio) };
    out.tokens = patchesPerSide * patchesPerSide + out.features.first * (out.features.second + 1);
    return out;
}

} // namespace msrl::model
