// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/codecs.h"

#include <jerror.h>
#include <jpeglib.h> // needs <cstdio> before it

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <vector>

namespace msrl::vision {
namespace {

struct ErrorState
{
    jpeg_error_mgr manager {}; // first: libjpeg hands out a pointer to it
    std::jmp_buf jump {};
    std::array<char, JMSG_LENGTH_MAX> message {};
};

[[noreturn]] void onError(j_common_ptr info)
{
    auto* state = reinterpret_cast<ErrorState*>(info->err);
    info->err->format_message(info, state->message.data());
    std::longjmp(state->jump, 1);
}

// Cut-off or damaged data is only a warning to libjpeg, which fills the rest with grey: that must not pass as
// an image. What leaves the pixels as they are may pass.
void onMessage(j_common_ptr info, int level)
{
    if (level >= 0)
        return;
    switch (info->err->msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
        return;
    default:
        onError(info);
    }
}

// a * b / 255, rounded.
int share(int a, int b)
{
    const int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
}

// Inks as Pillow turns them into light. Files hold them inverted, as Adobe's programs write them.
void lightOfInks(const std::vector<std::uint8_t>& inks, std::uint8_t* rgb)
{
    for (std::size_t at = 0; at < inks.size(); at += 4) {
        const int light = inks[at + 3]; // 255 minus the black ink
        for (std::size_t channel = 0; channel < 3; ++channel)
            *rgb++ = static_cast<std::uint8_t>(std::max(0, light - share(255 - inks[at + channel], light)));
    }
}

bool readHeader(jpeg_decompress_struct& info, ErrorState& state)
{
    if (setjmp(state.jump) != 0)
        return false;
    jpeg_read_header(&info, TRUE);
    return true;
}

// inks: room for one row of an image in inks, which is not `rgb` yet; empty for all others.
bool readPixels(
    jpeg_decompress_struct& info, ErrorState& state, std::uint8_t* rgb, std::vector<std::uint8_t>& inks)
{
    if (setjmp(state.jump) != 0)
        return false;
    info.out_color_space = inks.empty() ? JCS_RGB : JCS_CMYK;
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
        std::uint8_t* light = rgb + std::size_t { 3 } * info.output_width * info.output_scanline;
        JSAMPROW row = inks.empty() ? light : inks.data();
        jpeg_read_scanlines(&info, &row, 1);
        if (!inks.empty())
            lightOfInks(inks, light);
    }
    jpeg_finish_decompress(&info);
    return true;
}

} // namespace

base::Result<Image> decodeJpeg(std::string_view bytes, const std::string& place, Alpha)
{
    ErrorState state;
    jpeg_decompress_struct info {};
    info.err = jpeg_std_error(&state.manager);
    state.manager.error_exit = onError;
    state.manager.emit_message = onMessage;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    Image image;
    std::vector<std::uint8_t> inks;
    base::Status refused;
    bool good = readHeader(info, state);
    if (good) {
        image.width = info.image_width;
        image.height = info.image_height;
        refused = checkSize(image.width, image.height, place);
        if (refused) {
            image.rgb.resize(static_cast<std::size_t>(3 * image.width * image.height));
            if (info.num_components == 4)
                inks.resize(static_cast<std::size_t>(4 * image.width));
            good = readPixels(info, state, image.rgb.data(), inks);
        }
    }
    jpeg_destroy_decompress(&info);
    if (!refused)
        return refused.error();
    if (!good)
        return base::badInput(std::string("damaged JPEG: ") + state.message.data(), place);
    return image;
}

} // namespace msrl::vision
