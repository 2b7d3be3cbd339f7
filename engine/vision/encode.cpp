// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/encode.h"

#include <png.h>

namespace msrl::vision {

base::Result<std::string> encodePng(const Image& image)
{
    png_image header {};
    header.version = PNG_IMAGE_VERSION;
    header.width = static_cast<png_uint_32>(image.width);
    header.height = static_cast<png_uint_32>(image.height);
    header.format = PNG_FORMAT_RGB;
    header.flags = PNG_IMAGE_FLAG_FAST;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(header);
    std::string out(size, '\0');
    if (!png_image_write_to_memory(&header, out.data(), &size, 0, image.rgb.data(), 0, nullptr))
        return base::failed(std::string("cannot write a PNG image: ") + header.message);
    out.resize(size);
    return out;
}

} // namespace msrl::vision
