// SPDX-License-Identifier: GPL-3.0-or-later
// Media of samples: image files, images inside a row, video files and folders of frames, read in one way for
// checks, counting and training.
#pragma once

#include "core/base/result.h"
#include "core/data/media.h"
#include "engine/vision/alpha.h"
#include "engine/vision/frames.h"
#include "engine/vision/preprocess.h"
#include "engine/vision/video.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace msrl::vision {

// REQUIRES: an image.
base::Result<Image> readImage(const data::Media& media, Alpha alpha = Alpha::Drop);

// What media.frames and media.frameRule ask for. A folder without a number shows all of its frames.
// REQUIRES: a video.
FrameRequest requestFor(const data::Media& media);
// The files of the frames that a folder shows: all where media.frames is 0.
base::Result<std::vector<std::filesystem::path>> frameFiles(
    const data::Media& media, const FrameRequest& request);
// The frames of a video file or of a folder of frames (which has no rate).
base::Result<VideoFrames> readFrames(const data::Media& media, const FrameRequest& request);

// Tiles of each image (one number) or frame (one tile each). Images are decoded for their size, videos are
// not opened.
base::Result<std::vector<std::int64_t>> countTiles(
    const data::Media& media, const PreprocessSettings& settings);

// [tiles,3,S,S]
base::Result<at::Tensor> loadMedia(const data::Media& media, const PreprocessSettings& settings);

// Hash of all that loadMedia() makes its tiles of: the bytes of the medium's files, which frames are shown,
// and the settings.
base::Result<std::string> contentHash(const data::Media& media, const PreprocessSettings& settings);

// Decodes what a model would be shown.
base::Status checkDecodes(const data::Media& media);

} // namespace msrl::vision
