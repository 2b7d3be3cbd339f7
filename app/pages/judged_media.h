// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge saw or will see, as MediaItem and MediaViewer take it.
#pragma once

#include "core/data/sample.h"
#include "core/store/rows.h"

namespace msrl::services {
class EnginePictures;
}

namespace msrl::pages {

// Of store::SampleRow::media, each of them in its order: {"role", "kind", "files"}, and of a video whose
// frames are no files of their own "video", "frames" and "frame_rule" in place of files. Where nothing is
// kept that could be shown, "problem" says so.
base::Json judgedMedia(const store::SampleRow& row);

// The same of a sample of the data.
base::Json sampleMedia(const data::Sample& sample);

// The same with "files" for all that the engine has to read; where there are none, "waiting" is true or
// "problem" says why. `pictures` is asked for what it does not know; null: nothing is asked.
base::Json withPictures(const base::Json& media, services::EnginePictures* pictures);

} // namespace msrl::pages
