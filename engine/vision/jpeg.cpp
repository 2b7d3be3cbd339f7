// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/codecs.h"

#include <jpeglib.h> // needs <cstdio> before it

#include <array>
#include <csetjmp>
#include <cstdio>

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

// A cut-off file is only a warning to libjpeg, which fills the rest with grey: that must not pass as an
// image.
void onMessage(j_common_ptr info, int level)
{
    if (level < 0)
        onError(info);
}

bool readHeader(jpeg_decompress_struct& info, ErrorState& state)
{
    if (setjmp(state.jump) != 0)
        return false;
    jpeg_read_header(&info, TRUE);
    return true;
}

bool readPixels(jpeg_decompress_struct& info, ErrorState& state, std::uint8_t* rgb)
{
    if (setjmp(state.jump) != 0)
        return false;
    info.out_color_space = JCS_RGB;
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = rgb + std::size_t { 3 } * info.output_width * info.output_scanline;
        jpeg_read_scanlines(&info, &row, 1);
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
    base::Status refused;
    bool good = readHeader(info, state);
    if (good) {
        image.width = info.image_width;
        image.height = info.image_height;
        refused = checkSize(image.width, image.height, place);
        if (refused && info.num_components == 4)
            refused = base::badInput("a JPEG in CMYK colours", place, "convert it to RGB");
        if (refused) {
            image.rgb.resize(static_cast<std::size_t>(3 * image.width * image.height));
            good = readPixels(info, state, image.rgb.data());
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
