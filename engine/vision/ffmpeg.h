// SPDX-License-Identifier: GPL-3.0-or-later
// FFmpeg behind owning handles and Results: opening a file, its packets, its decoded frames.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace msrl::vision::ffmpeg {

template <class T, void (*release)(T**)> struct ReleaseBy
{
    void operator()(T* object) const { release(&object); }
};
using Container = std::unique_ptr<AVFormatContext, ReleaseBy<AVFormatContext, avformat_close_input>>;
using Decoder = std::unique_ptr<AVCodecContext, ReleaseBy<AVCodecContext, avcodec_free_context>>;
using Packet = std::unique_ptr<AVPacket, ReleaseBy<AVPacket, av_packet_free>>;
using Frame = std::unique_ptr<AVFrame, ReleaseBy<AVFrame, av_frame_free>>;
struct FreeScaler
{
    void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using Scaler = std::unique_ptr<SwsContext, FreeScaler>;

// A file with its best video stream and a decoder for it, at its beginning.
struct OpenVideo
{
    Container container;
    Decoder decoder;
    int stream = -1;
    std::filesystem::path path;

    AVStream& info() const { return *container->streams[stream]; }
};

// BadInput with the file's name: missing, unknown container, no video stream, no decoder, damaged.
base::Result<OpenVideo> openVideo(const std::filesystem::path& path);

// The next packet of the video stream that holds anything; false at the end.
base::Result<bool> nextPacket(const OpenVideo& video, AVPacket& packet);

// Decoded frames one after the other, in order of presentation.
class FrameSource
{
public:
    // REQUIRES: `video` outlives it and nobody else reads from it.
    explicit FrameSource(const OpenVideo& video);

    // Null at the end; valid until the next call. A frame with errors is BadInput: it must not pass as one.
    base::Result<const AVFrame*> next();

private:
    const OpenVideo& m_video;
    Packet m_packet;
    Frame m_frame;
};

} // namespace msrl::vision::ffmpeg
