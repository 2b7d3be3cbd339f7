// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/alpha.h"

namespace msrl::vision {

void appendBeforeWhite(std::span<const std::uint8_t> rgba, std::vector<std::uint8_t>& rgb)
{
    constexpr unsigned kWhite = 255;
    for (std::size_t i = 0; i + 3 < rgba.size(); i += 4) {
        const unsigned alpha = rgba[i + 3];
        for (std::size_t c = 0; c < 3; ++c) {
            const unsigned sum = rgba[i + c] * alpha + kWhite * (kWhite - alpha);
            rgb.push_back(static_cast<std::uint8_t>((sum + kWhite / 2) / kWhite));
        }
    }
}

} // namespace msrl::vision
