// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/decode.h"
#include "targets.h"

namespace msrl::fuzz {
namespace {

constexpr std::string_view kWords[] = { "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "acTL", "RIFF",
    "WEBP", "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "\xff\xd8", "\xff\xc0", "\xff\xc2", "\xff\xc4",
    "\xff\xda", "\xff\xd9", "\xff\xdb", "\xff\xdd", "\xff\xee" };

// An accepted image has three bytes for every pixel.
void run(std::string_view bytes)
{
    const auto image = vision::decodeImage(bytes, "image");
    if (!image) {
        require(!image.error().what.empty(), "a refusal says why");
        return;
    }
    require(image->width > 0 && image->height > 0, "an image has pixels");
    require(static_cast<std::int64_t>(image->rgb.size()) == 3 * image->width * image->height,
        "three bytes for every pixel");
}

} // namespace

const Target kImage { "image", run, kWords };

} // namespace msrl::fuzz
