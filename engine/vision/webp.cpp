// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/codecs.h"

#include <webp/decode.h>

namespace msrl::vision {

base::Result<Image> decodeWebp(std::string_view bytes, const std::string& place, Alpha alpha)
{
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    WebPBitstreamFeatures features {};
    if (WebPGetFeatures(data, bytes.size(), &features) != VP8_STATUS_OK)
        return base::badInput("damaged WebP header", place);
    if (features.has_animation)
        return base::badInput("an animated WebP", place, "store its frames as single images in a folder");
    if (const base::Status fault = checkSize(features.width, features.height, place); !fault)
        return fault.error();
    Image image { features.width, features.height, {} };
    const auto pixels = static_cast<std::size_t>(image.width * image.height);
    const base::Error damaged = base::badInput("damaged WebP, or cut off", place);
    if (alpha == Alpha::White && features.has_alpha) {
        std::vector<std::uint8_t> rgba(4 * pixels);
        if (!WebPDecodeRGBAInto(data, bytes.size(), rgba.data(), rgba.size(), 4 * features.width))
            return damaged;
        image.rgb.reserve(3 * pixels);
        appendBeforeWhite(rgba, image.rgb);
        return image;
    }
    image.rgb.resize(3 * pixels);
    if (!WebPDecodeRGBInto(data, bytes.size(), image.rgb.data(), image.rgb.size(), 3 * features.width))
        return damaged;
    return image;
}

} // namespace msrl::vision
