// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/ffmpeg.h"

#include "engine/vision/codecs.h"

#include <fmt/format.h>

namespace msrl::vision::ffmpeg {
namespace {

namespace fs = std::filesystem;

constexpr const char* kContainers = "mov,matroska,webm,avi,mpegts,mpeg,ogg,flv,asf,gif";

std::string reasonOf(int code)
{
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(code, text, sizeof text);
    return text;
}

base::Error damaged(const fs::path& path, const std::string& what)
{
    return base::badInput("the video is damaged or cut off: " + what, path.string());
}

base::Result<Container> openContainer(const fs::path& path)
{
    AVDictionary* options = nullptr;
    // Playlists and the like would lead to other files and to the network.
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    av_dict_set(&options, "format_whitelist", kContainers, 0);
    AVFormatContext* opened = nullptr;
    const int code = avformat_open_input(&opened, ("file:" + path.string()).c_str(), nullptr, &options);
    av_dict_free(&options);
    if (code < 0)
        return base::badInput("not a video that can be read: "
                + (code == AVERROR(EINVAL) ? "its container is not a known one" : reasonOf(code)),
            path.string(), "convert it to MP4, MKV, WebM or AVI, or store its frames as images in a folder");
    return Container(opened);
}

} // namespace

base::Result<OpenVideo> openVideo(const fs::path& path)
{
    av_log_set_level(AV_LOG_QUIET); // errors are reported by their codes
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return base::badInput("no such video file", path.string());
    auto container = openContainer(path);
    if (!container)
        return container.error();
    OpenVideo out { *std::move(container), nullptr, -1, path };
    if (const int code = avformat_find_stream_info(out.container.get(), nullptr); code < 0)
        return damaged(path, reasonOf(code));
    out.stream = av_find_best_stream(out.container.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (out.stream < 0 || (out.info().disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
        return base::badInput("holds no video stream", path.string());
    const AVCodecParameters& parameters = *out.info().codecpar;
    if (parameters.codec_id == AV_CODEC_ID_NONE)
        return damaged(path, "it does not say how it is compressed");
    const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
    if (!codec)
        return base::badInput(
            fmt::format("its codec {} cannot be decoded here", avcodec_get_name(parameters.codec_id)),
            path.string(), "convert it to H.264");
    if (const base::Status size = checkSize(parameters.width, parameters.height, path.string()); !size)
        return size.error();
    out.decoder.reset(avcodec_alloc_context3(codec));
    if (!out.decoder || avcodec_parameters_to_context(out.decoder.get(), &parameters) < 0)
        return base::failed("out of memory", path.string());
    out.decoder->thread_count = 1; // the engine's threads are counted elsewhere
    if (const int code = avcodec_open2(out.decoder.get(), codec, nullptr); code < 0)
        return damaged(path, reasonOf(code));
    return out;
}

base::Result<bool> nextPacket(const OpenVideo& video, AVPacket& packet)
{
    for (;;) {
        av_packet_unref(&packet);
        const int code = av_read_frame(video.container.get(), &packet);
        if (code == AVERROR_EOF)
            return false;
        if (code < 0 || (packet.flags & AV_PKT_FLAG_CORRUPT) != 0)
            return damaged(video.path, code < 0 ? reasonOf(code) : "an incomplete packet");
        if (packet.stream_index == video.stream && packet.size > 0)
            return true;
    }
}

FrameSource::FrameSource(const OpenVideo& video)
    : m_video(video)
    , m_packet(av_packet_alloc())
    , m_frame(av_frame_alloc())
{
}

base::Result<const AVFrame*> FrameSource::next()
{
    AVCodecContext* decoder = m_video.decoder.get();
    for (;;) {
        const int code = avcodec_receive_frame(decoder, m_frame.get());
        if (code == AVERROR_EOF)
            return static_cast<const AVFrame*>(nullptr);
        if (code == 0 && m_frame->decode_error_flags == 0 && (m_frame->flags & AV_FRAME_FLAG_CORRUPT) == 0)
            return static_cast<const AVFrame*>(m_frame.get());
        if (code != AVERROR(EAGAIN))
            return damaged(m_video.path, code == 0 ? "a frame with errors" : reasonOf(code));
        const auto more = nextPacket(m_video, *m_packet);
        if (!more)
            return more.error();
        if (const int sent = avcodec_send_packet(decoder, *more ? m_packet.get() : nullptr); sent < 0)
            return damaged(m_video.path, reasonOf(sent));
    }
}

} // namespace msrl::vision::ffmpeg
