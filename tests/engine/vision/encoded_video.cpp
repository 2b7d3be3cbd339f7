// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/vision/encoded_video.h"

#include "engine/vision/ffmpeg.h"

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

namespace msrl::tests {
namespace {

using vision::ffmpeg::Decoder; // any codec context
using vision::ffmpeg::Frame;
using vision::ffmpeg::Packet;

void need(bool good, const char* what)
{
    if (!good)
        throw std::runtime_error(what);
}

struct FreeOutput
{
    void operator()(AVFormatContext* output) const
    {
        avio_closep(&output->pb);
        avformat_free_context(output);
    }
};
using Output = std::unique_ptr<AVFormatContext, FreeOutput>;

struct Coding
{
    const char* encoder;
    AVPixelFormat format;
    std::map<std::string, std::string> options;
};

// For the whole of a frame whose buffers are ready.
using Painter = std::function<void(AVFrame& frame, std::size_t number)>;

void drain(AVFormatContext& output, AVCodecContext& encoder)
{
    const Packet packet(av_packet_alloc());
    while (avcodec_receive_packet(&encoder, packet.get()) == 0) {
        packet->duration = 1;
        av_packet_rescale_ts(packet.get(), encoder.time_base, output.streams[0]->time_base);
        need(av_interleaved_write_frame(&output, packet.get()) >= 0, "cannot write a packet");
    }
}

Decoder openEncoder(const Coding& coding, int width, int height)
{
    const AVCodec* codec = avcodec_find_encoder_by_name(coding.encoder);
    need(codec != nullptr, coding.encoder);
    Decoder encoder(avcodec_alloc_context3(codec));
    encoder->width = width;
    encoder->height = height;
    encoder->pix_fmt = coding.format;
    encoder->time_base = { 1, 25 };
    encoder->framerate = { 25, 1 };
    encoder->gop_size = 6;
    encoder->max_b_frames = 2; // frames are stored in another order than they are shown
    encoder->bit_rate = 400'000;
    encoder->thread_count = 1;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    AVDictionary* options = nullptr;
    for (const auto& [name, value] : coding.options)
        av_dict_set(&options, name.c_str(), value.c_str(), 0);
    const int code = avcodec_open2(encoder.get(), codec, &options);
    const bool allKnown = av_dict_count(options) == 0;
    av_dict_free(&options);
    need(code == 0 && allKnown, "cannot open the encoder");
    return encoder;
}

Output openOutput(const std::filesystem::path& path, const AVCodecContext& encoder)
{
    AVFormatContext* raw = nullptr;
    need(avformat_alloc_output_context2(&raw, nullptr, nullptr, path.c_str()) >= 0, "no such container");
    Output output(raw);
    AVStream* stream = avformat_new_stream(output.get(), nullptr);
    stream->time_base = encoder.time_base;
    stream->avg_frame_rate = encoder.framerate;
    need(avcodec_parameters_from_context(stream->codecpar, &encoder) >= 0, "no parameters");
    need(avio_open(&output->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0, "cannot open the file");
    need(avformat_write_header(output.get(), nullptr) >= 0, "cannot write the header");
    return output;
}

void encode(const std::filesystem::path& path, const Coding& coding, int width, int height,
    std::size_t frames, const Painter& paint)
{
    av_log_set_level(AV_LOG_QUIET);
    const Decoder encoder = openEncoder(coding, width, height);
    const Output output = openOutput(path, *encoder);
    for (std::size_t i = 0; i < frames; ++i) {
        const Frame frame(av_frame_alloc());
        frame->format = encoder->pix_fmt;
        frame->width = width;
        frame->height = height;
        need(av_frame_get_buffer(frame.get(), 0) >= 0, "out of memory");
        paint(*frame, i);
        frame->pts = static_cast<std::int64_t>(i);
        need(avcodec_send_frame(encoder.get(), frame.get()) >= 0, "cannot encode");
        drain(*output, *encoder);
    }
    avcodec_send_frame(encoder.get(), nullptr);
    drain(*output, *encoder);
    need(av_write_trailer(output.get()) == 0, "cannot finish the file");
}

Coding codingOf(Lossless codec)
{
    switch (codec) {
    case Lossless::H264:
        return { "libx264rgb", AV_PIX_FMT_RGB24, { { "qp", "0" } } };
    case Lossless::H265:
        return { "libx265", AV_PIX_FMT_GBRP, { { "x265-params", "lossless=1:log-level=none:pools=none" } } };
    case Lossless::Vp9:
        return { "libvpx-vp9", AV_PIX_FMT_GBRP, { { "lossless", "1" } } };
    case Lossless::Ffv1:
        return { "ffv1", AV_PIX_FMT_BGR0, {} };
    }
    return {};
}

// Red, green or blue of a pixel in the frame's own layout.
std::uint8_t& channelAt(AVFrame& frame, std::int64_t x, std::int64_t y, int channel)
{
    if (frame.format == AV_PIX_FMT_GBRP) {
        const int plane = (channel + 2) % 3; // green, blue, red
        return frame.data[plane][y * frame.linesize[plane] + x];
    }
    const bool four = frame.format == AV_PIX_FMT_BGR0;
    return frame.data[0][y * frame.linesize[0] + (four ? 4 * x + 2 - channel : 3 * x + channel)];
}

} // namespace

void encodeGreys(const std::filesystem::path& path, const std::vector<int>& levels, int width, int height)
{
    const Painter paint = [&](AVFrame& frame, std::size_t number) {
        for (int y = 0; y < height; ++y) {
            std::uint8_t* row = frame.data[0] + y * frame.linesize[0];
            std::fill_n(row, width / 2, static_cast<std::uint8_t>(levels[number]));
            std::fill_n(row + width / 2, width / 2, static_cast<std::uint8_t>(levels[number] + kStep));
        }
        for (const int plane : { 1, 2 })
            std::fill_n(frame.data[plane], frame.linesize[plane] * height / 2, std::uint8_t { 128 });
    };
    encode(path, { "mpeg4", AV_PIX_FMT_YUV420P, {} }, width, height, levels.size(), paint);
}

bool hasEncoder(Lossless codec)
{
    return avcodec_find_encoder_by_name(codingOf(codec).encoder) != nullptr;
}

void encodePictures(
    const std::filesystem::path& path, Lossless codec, const std::vector<vision::Image>& pictures)
{
    const vision::Image& first = pictures.front();
    const Painter paint = [&](AVFrame& frame, std::size_t number) {
        const vision::Image& picture = pictures[number];
        for (std::int64_t y = 0; y < picture.height; ++y) {
            for (std::int64_t x = 0; x < picture.width; ++x) {
                for (int c = 0; c < 3; ++c)
                    channelAt(frame, x, y, c) = picture.rgb[3 * (y * picture.width + x) + c];
            }
        }
    };
    encode(path, codingOf(codec), static_cast<int>(first.width), static_cast<int>(first.height),
        pictures.size(), paint);
}

} // namespace msrl::tests
