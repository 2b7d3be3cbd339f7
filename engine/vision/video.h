// SPDX-License-Identifier: GPL-3.0-or-later
// Video files by FFmpeg: the chosen frames as RGB, in order of presentation, upright as the file's display
// matrix says (quarter turns), with the colour matrix and range that the stream names (BT.601, limited, where
// it names none). The same bytes on every processor.
#pragma once

#include "core/base/result.h"
#include "engine/vision/frames.h"
#include "engine/vision/image.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace msrl::vision {

struct VideoFrames
{
    std::int64_t totalFrames = 0; // that the file holds
    double fps = 0; // average; 0: the file does not say
    std::vector<std::int64_t> indices; // of the chosen frames
    std::vector<Image> images; // one for each index
};

// Decodes the first video stream (the best one where there are several) from its beginning to the last frame
// chosen: time grows with the length, memory with the number of frames chosen. request.totalFrames and fps
// are filled in from the file.
// BadInput with the file's name: missing, no container that is read (MP4 and MOV, Matroska and WebM, AVI,
// MPEG, Ogg, FLV, ASF, GIF), no video stream, no decoder for it, damaged or cut off, without frames, or a
// request that chooseFrames() refuses. References to other files are not followed.
base::Result<VideoFrames> readVideo(const std::filesystem::path& path, FrameRequest request);

} // namespace msrl::vision
