// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/codecs.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

namespace msrl::vision {
namespace {

struct Reader
{
    std::string_view bytes;
    std::size_t at = 0;
    std::string message;
};

void readBytes(png_structp png, png_bytep to, std::size_t count)
{
    auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
    if (count > reader->bytes.size() - reader->at)
        png_error(png, "the file is cut off");
    std::memcpy(to, reader->bytes.data() + reader->at, count);
    reader->at += count;
}

[[noreturn]] void onError(png_structp png, png_const_charp message)
{
    static_cast<Reader*>(png_get_error_ptr(png))->message = message;
    std::longjmp(png_jmpbuf(png), 1);
}

void onWarning(png_structp, png_const_charp) { }

// Pillow knows such images with an alpha channel. A colour that stands for transparency in RGB stays a
// colour.
bool hasAlpha(png_structp png, png_infop info)
{
    const int type = png_get_color_type(png, info);
    const bool key = png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    return (type & PNG_COLOR_MASK_ALPHA) != 0 || (key && type != PNG_COLOR_TYPE_RGB);
}

// Pillow's mode I;16, whose conversion to RGB cuts values off at 255, a grey that stands for transparency
// among them.
bool isWideGrey(png_structp png, png_infop info)
{
    return png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) == 16;
}

// Everything to 8-bit RGB, or RGBA, without looking at gamma or profiles.
void askForChannels(png_structp png, png_infop info, bool alpha)
{
    png_set_expand(png);
    png_set_strip_16(png);
    if (!alpha)
        png_set_strip_alpha(png);
    if ((png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR) == 0)
        png_set_gray_to_rgb(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

struct Work
{
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::int64_t width = 0;
    std::int64_t height = 0;
    bool alpha = false; // the file has one
    bool wideGrey = false;
    int channels = 3; // bytes of a pixel that are read
    std::vector<std::uint8_t> pixels;
    std::vector<png_bytep> rows;
};

// Longjmps return here: no object with a destructor may live in this frame. False: reader.message says why.
bool readHeader(Work& work)
{
    if (setjmp(png_jmpbuf(work.png)) != 0)
        return false;
    png_read_info(work.png, work.info);
    work.width = png_get_image_width(work.png, work.info);
    work.height = png_get_image_height(work.png, work.info);
    work.alpha = hasAlpha(work.png, work.info);
    work.wideGrey = isWideGrey(work.png, work.info);
    return true;
}

void makeRoom(Work& work)
{
    const auto stride = static_cast<std::size_t>(work.channels * work.width);
    work.pixels.resize(stride * static_cast<std::size_t>(work.height));
    for (std::int64_t y = 0; y < work.height; ++y)
        work.rows.push_back(work.pixels.data() + stride * static_cast<std::size_t>(y));
}

bool readPixels(Work& work)
{
    if (setjmp(png_jmpbuf(work.png)) != 0)
        return false;
    if (work.wideGrey) {
        png_set_interlace_handling(work.png);
        png_read_update_info(work.png, work.info);
    } else {
        askForChannels(work.png, work.info, work.channels == 4);
    }
    if (png_get_rowbytes(work.png, work.info) != static_cast<std::size_t>(work.channels * work.width))
        png_error(work.png, "unexpected pixel layout");
    png_read_image(work.png, work.rows.data());
    png_read_end(work.png, nullptr);
    return true;
}

// Big-endian pairs of bytes to RGB.
std::vector<std::uint8_t> cutOff(const std::vector<std::uint8_t>& pairs)
{
    std::vector<std::uint8_t> rgb;
    rgb.reserve(pairs.size() / 2 * 3);
    for (std::size_t at = 0; at < pairs.size(); at += 2)
        rgb.insert(rgb.end(), 3, pairs[at] == 0 ? pairs[at + 1] : std::uint8_t { 255 });
    return rgb;
}

} // namespace

base::Result<Image> decodePng(std::string_view bytes, const std::string& place, Alpha alpha)
{
    Reader reader { bytes, 0, {} };
    Work work;
    work.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, onError, onWarning);
    if (!work.png)
        return base::failed("out of memory", place);
    work.info = png_create_info_struct(work.png);
    png_set_read_fn(work.png, &reader, readBytes);
    bool good = readHeader(work);
    base::Status size;
    if (good) {
        size = checkSize(work.width, work.height, place);
        if (size) {
            work.channels = work.wideGrey ? 2 : alpha == Alpha::White && work.alpha ? 4 : 3;
            makeRoom(work);
            good = readPixels(work);
        }
    }
    png_destroy_read_struct(&work.png, &work.info, nullptr);
    if (!size)
        return size.error();
    if (!good)
        return base::badInput("damaged PNG: " + reader.message, place);
    Image image { work.width, work.height, {} };
    if (work.wideGrey) {
        image.rgb = cutOff(work.pixels);
        return image;
    }
    if (work.channels == 3) {
        image.rgb = std::move(work.pixels);
        return image;
    }
    image.rgb.reserve(work.pixels.size() / 4 * 3);
    appendBeforeWhite(work.pixels, image.rgb);
    return image;
}

} // namespace msrl::vision
