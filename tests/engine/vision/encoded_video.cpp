// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/vision/encoded_video.h"

#include "engine/vision/ffmpeg.h"

#include <algorithm>
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

void drain(AVFormatContext& output, AVCodecContext& encoder)
{
    const Packet packet(av_packet_alloc());
    while (avcodec_receive_packet(&encoder, packet.get()) == 0) {
        packet->duration = 1;
        av_packet_rescale_ts(packet.get(), encoder.time_base, output.streams[0]->time_base);
        need(av_interleaved_write_frame(&output, packet.get()) >= 0, "cannot write a packet");
    }
}

Decoder openEncoder(int width, int height)
{
    const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
    need(codec != nullptr, "no MPEG-4 encoder");
    Decoder encoder(avcodec_alloc_context3(codec));
    encoder->width = width;
    encoder->height = height;
    encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder->time_base = { 1, 25 };
    encoder->framerate = { 25, 1 };
    encoder->gop_size = 6;
    encoder->max_b_frames = 2; // frames are stored in another order than they are shown
    encoder->bit_rate = 400'000;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
    need(avcodec_open2(encoder.get(), codec, nullptr) == 0, "cannot open the encoder");
    return encoder;
}

} // namespace

void encodeGreys(const std::filesystem::path& path, const std::vector<int>& levels, int width, int height)
{
    av_log_set_level(AV_LOG_QUIET);
    AVFormatContext* raw = nullptr;
    need(avformat_alloc_output_context2(&raw, nullptr, "mp4", path.c_str()) >= 0, "no MP4 writer");
    const Output output(raw);
    const Decoder encoder = openEncoder(width, height);
    AVStream* stream = avformat_new_stream(output.get(), nullptr);
    stream->time_base = encoder->time_base;
    stream->avg_frame_rate = encoder->framerate;
    need(avcodec_parameters_from_context(stream->codecpar, encoder.get()) >= 0, "no parameters");
    need(avio_open(&output->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0, "cannot open the file");
    need(avformat_write_header(output.get(), nullptr) >= 0, "cannot write the header");
    const Frame frame(av_frame_alloc());
    frame->format = encoder->pix_fmt;
    frame->width = width;
    frame->height = height;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        need(av_frame_get_buffer(frame.get(), 0) >= 0, "out of memory");
        for (int y = 0; y < height; ++y) {
            std::uint8_t* row = frame->data[0] + y * frame->linesize[0];
            std::fill_n(row, width / 2, static_cast<std::uint8_t>(levels[i]));
            std::fill_n(row + width / 2, width / 2, static_cast<std::uint8_t>(levels[i] + kStep));
        }
        for (const int plane : { 1, 2 })
            std::fill_n(frame->data[plane], frame->linesize[plane] * height / 2, std::uint8_t { 128 });
        frame->pts = static_cast<std::int64_t>(i);
        need(avcodec_send_frame(encoder.get(), frame.get()) >= 0, "cannot encode");
        drain(*output, *encoder);
        av_frame_unref(frame.get());
        frame->format = encoder->pix_fmt;
        frame->width = width;
        frame->height = height;
    }
    avcodec_send_frame(encoder.get(), nullptr);
    drain(*output, *encoder);
    need(av_write_trailer(output.get()) == 0, "cannot finish the file");
}

} // namespace msrl::tests
