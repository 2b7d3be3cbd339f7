// SPDX-License-Identifier: GPL-3.0-or-later
// Draws scenes: shapes with jitter in place, size and tint on noisy grey ground.
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "engine/demo/world.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace msrl::demo {

inline constexpr std::size_t kImageSide = 56; // pixels
inline constexpr std::size_t kCellSide = kImageSide / 2;

// [row][column][channel], 0 to 255
using Image = std::array<std::uint8_t, kImageSide * kImageSide * 3>;

// One image, or the frames of a video. An object keeps its jitter from frame to frame; the noise is new in
// each.
std::vector<Image> drawScene(const Scene& scene, base::RandomStream& random);

// The bytes of a PNG file (8-bit RGB).
base::Result<std::string> encodePng(const Image& image);

} // namespace msrl::demo
