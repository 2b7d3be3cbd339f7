// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/vision/video.h"

#include "engine/vision/ffmpeg.h"
#include "engine/vision/frame_to_rgb.h"

namespace msrl::vision {
namespace {

namespace fs = std::filesystem;

// Without decoding: one packet is one frame, unless it is outside of the part that the file shows.
base::Result<std::int64_t> countFrames(const ffmpeg::OpenVideo& video)
{
    const ffmpeg::Packet packet(av_packet_alloc());
    std::int64_t count = 0;
    for (;;) {
        const auto more = ffmpeg::nextPacket(video, *packet);
        if (!more)
            return more.error();
        if (!*more)
            return count;
        if ((packet->flags & AV_PKT_FLAG_DISCARD) == 0)
            ++count;
    }
}

// The images of ascending indices; fewer when the video ends before. `decoded` counts all frames seen.
base::Result<std::vector<Image>> decodeFrames(
    const fs::path& path, const std::vector<std::int64_t>& indices, std::int64_t& decoded)
{
    const auto video = ffmpeg::openVideo(path);
    if (!video)
        return video.error();
    ffmpeg::FrameSource frames(*video);
    ffmpeg::FrameToRgb toRgb(*video);
    std::vector<Image> images;
    for (decoded = 0; images.size() < indices.size(); ++decoded) {
        const auto frame = frames.next();
        if (!frame)
            return frame.error();
        if (!*frame)
            break;
        if (indices[images.size()] != decoded)
            continue;
        auto image = toRgb(**frame);
        if (!image)
            return image.error();
        while (images.size() < indices.size() && indices[images.size()] == decoded)
            images.push_back(*image);
    }
    return images;
}

} // namespace

base::Result<VideoFrames> readVideo(const fs::path& path, FrameRequest request)
{
    const auto video = ffmpeg::openVideo(path);
    if (!video)
        return video.error();
    const AVRational rate = video->info().avg_frame_rate;
    VideoFrames out;
    out.fps = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
    request.fps = out.fps;
    const auto counted = countFrames(*video);
    if (!counted)
        return counted.error();
    request.totalFrames = *counted;
    // Some packets hold no frame of their own. Then fewer frames come out than were counted, and the choice
    // is made among those.
    for (;;) {
        auto indices = chooseFrames(request);
        if (!indices)
            return base::within(indices.error(), path.string());
        std::int64_t decoded = 0;
        auto images = decodeFrames(path, *indices, decoded);
        if (!images)
            return images.error();
        if (images->size() == indices->size()) {
            out.totalFrames = request.totalFrames;
            out.indices = *std::move(indices);
            out.images = *std::move(images);
            return out;
        }
        if (decoded >= request.totalFrames)
            return base::failed("its number of frames changes from reading to reading", path.string());
        request.totalFrames = decoded;
    }
}

} // namespace msrl::vision
