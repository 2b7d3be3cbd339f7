// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/codecs.h"

#include <webp/decode.h>

namespace msrl::vision {

base::Result<Image> decodeWebp(std::string_view bytes, const std::string& place)
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
    image.rgb.resize(static_cast<std::size_t>(3 * image.width * image.height));
    if (!WebPDecodeRGBInto(data, bytes.size(), image.rgb.data(), image.rgb.size(), 3 * features.width))
        return base::badInput("damaged WebP, or cut off", place);
    return image;
}

} // namespace msrl::vision
