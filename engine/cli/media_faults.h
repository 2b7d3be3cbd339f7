// SPDX-License-Identifier: GPL-3.0-or-later
// Which media of a data file cannot be decoded.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/data/sample.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace msrl::cli {

struct MediaFaults
{
    std::size_t images = 0; // looked into, each file once
    std::size_t videos = 0;
    std::vector<std::string> faults; // one message for each field that names such a medium

    base::Json toJson() const;
};

// Decodes each image and, of each video, the frames that a model would be shown, as a run does before it
// starts; with a line of progress. Media that are not there are left to data::inspect(). Stopped by the first
// SIGINT or SIGTERM.
base::Result<MediaFaults> findMediaFaults(std::span<const data::Sample> samples);

} // namespace msrl::cli
