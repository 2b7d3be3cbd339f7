// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/frame_to_rgb.h"

#include "engine/vision/codecs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

namespace msrl::vision::ffmpeg {
namespace {

// Clockwise quarter turns that show the stream upright.
int quarterTurns(AVStream& stream)
{
#if LIBAVFORMAT_VERSION_MAJOR >= 61
    const AVPacketSideData* side = av_packet_side_data_get(
        stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    const std::uint8_t* matrix = side ? side->data : nullptr;
#else
    const std::uint8_t* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
#endif
    if (!matrix)
        return 0;
    const double angle = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
    return std::isfinite(angle) ? (static_cast<int>(std::lround(-angle / 90)) % 4 + 4) % 4 : 0;
}

Image turned(const Image& image, int quarters)
{
    if (quarters == 0)
        return image;
    const bool across = quarters % 2 == 1;
    Image out { across ? image.height : image.width, across ? image.width : image.height,
        std::vector<std::uint8_t>(image.rgb.size()) };
    for (std::int64_t y = 0; y < image.height; ++y) {
        for (std::int64_t x = 0; x < image.width; ++x) {
            const std::int64_t toX = quarters == 1 ? image.height - 1 - y
                : quarters == 2                    ? image.width - 1 - x
                                                   : y;
            const std::int64_t toY = quarters == 1 ? x
                : quarters == 2                    ? image.height - 1 - y
                                                   : image.width - 1 - x;
            std::copy_n(image.rgb.begin() + 3 * (y * image.width + x), 3,
                out.rgb.begin() + 3 * (toY * out.width + toX));
        }
    }
    return out;
}

void nameColours(SwsContext& scaler, const AVFrame& frame)
{
    const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    if (!format || (format->flags & AV_PIX_FMT_FLAG_RGB) != 0)
        return;
    constexpr int kOne = 1 << 16;
    const int* coefficients = sws_getCoefficients(frame.colorspace);
    sws_setColorspaceDetails(
        &scaler, coefficients, frame.color_range == AVCOL_RANGE_JPEG ? 1 : 0, coefficients, 1, 0, kOne, kOne);
}

} // namespace

FrameToRgb::FrameToRgb(const OpenVideo& video)
    : m_place(video.path.string())
    , m_turns(quarterTurns(video.info()))
{
}

base::Result<Image> FrameToRgb::operator()(const AVFrame& frame)
{
    if (const base::Status size = checkSize(frame.width, frame.height, m_place); !size)
        return size.error();
    const auto format = static_cast<AVPixelFormat>(frame.format);
    m_scaler.reset(sws_getCachedContext(m_scaler.release(), frame.width, frame.height, format, frame.width,
        frame.height, AV_PIX_FMT_RGB24, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT,
        nullptr, nullptr, nullptr));
    if (!m_scaler)
        return base::badInput(fmt::format("its pixel format {} cannot be read", frame.format), m_place);
    nameColours(*m_scaler, frame);
    // Rows of a frame are padded: the scaler writes beyond their pixels.
    const Frame rgb(av_frame_alloc());
    rgb->width = frame.width;
    rgb->height = frame.height;
    rgb->format = AV_PIX_FMT_RGB24;
    if (av_frame_get_buffer(rgb.get(), 0) < 0)
        return base::failed("out of memory", m_place);
    sws_scale(m_scaler.get(), frame.data, frame.linesize, 0, frame.height, rgb->data, rgb->linesize);
    Image image { frame.width, frame.height, {} };
    image.rgb.reserve(static_cast<std::size_t>(3 * image.width * image.height));
    for (int y = 0; y < frame.height; ++y) {
        const std::uint8_t* row = rgb->data[0] + static_cast<std::ptrdiff_t>(y) * rgb->linesize[0];
        image.rgb.insert(image.rgb.end(), row, row + 3 * image.width);
    }
    return turned(image, m_turns);
}

} // namespace msrl::vision::ffmpeg
