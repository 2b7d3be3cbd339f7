// SPDX-License-Identifier: GPL-3.0-or-later
// Bicubic resizing with Pillow's values, bit for bit (8-bit, horizontal pass first, 22-bit fixed point
// weights).
#pragma once

#include "engine/vision/image.h"

#include <cstdint>

namespace msrl::vision {

// REQUIRES: width, height >= 1. The same size returns the image unchanged.
Image resizeBicubic(const Image& image, std::int64_t width, std::int64_t height);

} // namespace msrl::vision
