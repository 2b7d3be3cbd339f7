// SPDX-License-Identifier: GPL-3.0-or-later
// Compressed videos for tests, by FFmpeg's encoders: frames are stored in another order than they are shown.
#pragma once

#include "engine/vision/image.h"

#include <filesystem>
#include <string>
#include <vector>

namespace msrl::tests {

inline constexpr int kStep = 24;

// MPEG-4 in MP4. Grey pictures as YCbCr 4:2:0 of the given even size, 25 a second: the luma of the left half
// is the level, that of the right half kStep more.
void encodeGreys(const std::filesystem::path& path, const std::vector<int>& levels, int width, int height);

// Encoders that keep RGB to the bit.
enum class Lossless { H264, H265, Vp9, Ffv1 };

bool hasEncoder(Lossless codec);
// 25 a second; the container is that of the file's extension. REQUIRES: hasEncoder(codec), pictures of one
// size.
void encodePictures(
    const std::filesystem::path& path, Lossless codec, const std::vector<vision::Image>& pictures);

} // namespace msrl::tests
