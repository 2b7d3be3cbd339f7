// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/image.h"

#include <algorithm>

namespace msrl::vision {

Image crop(const Image& image, std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height)
{
    Image out { width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(3 * width * height)) };
    for (std::int64_t row = 0; row < height; ++row)
        std::copy_n(image.rgb.begin() + 3 * ((y + row) * image.width + x), 3 * width,
            out.rgb.begin() + 3 * row * width);
    return out;
}

} // namespace msrl::vision
