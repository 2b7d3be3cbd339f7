// SPDX-License-Identifier: GPL-3.0-or-later
// What `msrl-engine preprocess` makes of an image or a video, one function per architecture.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/media.h"
#include "engine/model/config.h"
#include "engine/model/safetensors.h"
#include "engine/vision/media.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace msrl::cli {

struct PreprocessRequest
{
    std::string model; // folder
    data::Media media;
    vision::FrameRequest frames; // of a video
    std::optional<std::int64_t> maxTiles; // of an image or frame, thumbnail not counted
    std::int64_t maxSampleTiles = 0; // of everything, thumbnails included; 0: no limit
    vision::Resize resize = vision::Resize::Pil;
    vision::Alpha alpha = vision::Alpha::Drop; // of an image
};

struct Preprocessed
{
    std::vector<model::NamedTensor> tensors;
    base::Json said; // for --json: sizes, grid, tiles, tokens
    std::string text; // one line for people
};

using PreprocessFunction
    = base::Result<Preprocessed> (*)(const PreprocessRequest& request, const model::ModelConfig& config);

// pixel_values [tiles,3,S,S].
base::Result<Preprocessed> preprocessInternVl(
    const PreprocessRequest& request, const model::ModelConfig& config);
// pixel_values [1,tiles,3,S,S] and image_sizes [1,2] (height, width), or pixel_values_videos
// [1,frames,3,S,S].
base::Result<Preprocessed> preprocessLlavaOneVision(
    const PreprocessRequest& request, const model::ModelConfig& config);

// Refuses more tiles than the request allows, before they are made.
base::Status checkTiles(const PreprocessRequest& request, std::int64_t tiles);

// What both say of a video: its length, and the frames chosen.
base::Json describeFrames(const PreprocessRequest& request, const vision::VideoFrames& video);

} // namespace msrl::cli
