// SPDX-License-Identifier: GPL-3.0-or-later
// A compressed video for tests: MPEG-4 with frames out of order in MP4, by FFmpeg's own encoder.
#pragma once

#include "engine/vision/image.h"

#include <filesystem>
#include <vector>

namespace msrl::tests {

inline constexpr int kStep = 24;

// Grey pictures as YCbCr 4:2:0 of the given even size, 25 a second: the luma of the left half is the level,
// that of the right half kStep more.
void encodeGreys(const std::filesystem::path& path, const std::vector<int>& levels, int width, int height);

} // namespace msrl::tests
