// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of a decoder to RGB images: pixel format, colours, orientation.
#pragma once

#include "core/base/result.h"
#include "engine/vision/ffmpeg.h"
#include "engine/vision/image.h"

#include <string>

namespace msrl::vision::ffmpeg {

// Upright as the stream's display matrix says, to the nearest quarter turn; colours by the matrix and range
// that the frame names, BT.601 and limited where it names none.
class FrameToRgb
{
public:
    explicit FrameToRgb(const OpenVideo& video);

    base::Result<Image> operator()(const AVFrame& frame);

private:
    std::string m_place;
    int m_turns; // clockwise quarters
    Scaler m_scaler;
};

} // namespace msrl::vision::ffmpeg
