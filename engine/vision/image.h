// SPDX-License-Identifier: GPL-3.0-or-later
// An 8-bit RGB image in memory.
#pragma once

#include <cstdint>
#include <vector>

namespace msrl::vision {

struct Image
{
    std::int64_t width = 0;
    std::int64_t height = 0;
    std::vector<std::uint8_t> rgb; // height rows of width pixels of red, green, blue

    bool operator==(const Image&) const = default;
};

// REQUIRES: the rectangle lies inside.
Image crop(const Image& image, std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height);

} // namespace msrl::vision
