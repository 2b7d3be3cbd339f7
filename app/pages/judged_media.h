// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge saw, as MediaItem and MediaViewer take it.
#pragma once

#include "core/store/rows.h"

namespace msrl::pages {

// Of store::SampleRow::media, in its order. Left out is what no picture of is at hand: video files and images
// inside rows.
base::Json judgedMedia(const store::SampleRow& row);

} // namespace msrl::pages
