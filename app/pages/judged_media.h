// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge saw or will see, as MediaItem and MediaViewer take it.
#pragma once

#include "core/data/sample.h"
#include "core/store/rows.h"

namespace msrl::pages {

// Of store::SampleRow::media, in its order. Left out is what no picture of is at hand: video files and images
// inside rows.
base::Json judgedMedia(const store::SampleRow& row);

// Of a sample of the data. Left out are video files.
base::Json sampleMedia(const data::Sample& sample);

} // namespace msrl::pages
