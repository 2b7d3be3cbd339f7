// SPDX-License-Identifier: GPL-3.0-or-later
// Images with transparency.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace msrl::vision {

// What becomes of the transparency of an image that is read.
enum class Alpha {
    Drop, // the colours as they are stored: Pillow's convert('RGB'), InternVL's own code, transformers 4
    White, // shown before white, in Pillow's whole numbers: transformers 5
};
// Colours of four channels before white, rounded to whole numbers, appended to `rgb`.
void appendBeforeWhite(std::span<const std::uint8_t> rgba, std::vector<std::uint8_t>& rgb);

} // namespace msrl::vision
