// SPDX-License-Identifier: GPL-3.0-or-later
// Media for the eyes of people, who judge what the model was shown.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/sample.h"
#include "core/store/rows.h"
#include "engine/stages/rl_step.h"
#include "engine/stages/stage.h"
#include "engine/vision/preprocess.h"

#include <filesystem>
#include <vector>

namespace msrl::stages {

// Among the artefacts of a run.
inline constexpr const char* kPicturesFolder = "pictures";

// Image files that show the medium: its own where it has them. Frames of a video file and images inside a row
// are written to `folder` as PNG, each named by its content and only once.
base::Result<std::vector<std::filesystem::path>> pictureFiles(
    const data::Media& media, const std::filesystem::path& folder);

// For people, the images inside rows of what a step has sampled: in the run's folder of pictures, and named
// in `rows` (see keepPictures()). A picture that cannot be kept costs nothing but itself; the run says so.
// Done by the lead.
void keepPicturesOf(StageContext& context, std::vector<store::SampleRow>& rows, const SampledStep& sampled);

// [{"role", "kind", "files"}] with absolute paths, as store::CandidateRow documents. Images also tell how
// `shown` cuts them: "tile_size" in pixels, "thumbnail" (the whole as one more tile where there are several)
// and "grids", [columns, rows] for each file. A frame of a video is one tile.
base::Result<base::Json> picturesOf(
    const data::Sample& sample, const std::filesystem::path& folder, const vision::PreprocessSettings& shown);

} // namespace msrl::stages
