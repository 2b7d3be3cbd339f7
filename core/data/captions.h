// SPDX-License-Identifier: GPL-3.0-or-later
// Captions that come from elsewhere than the data's own rows: written by a model, or in a file of their own.
#pragma once

#include "core/data/sample.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace msrl::data {

// `captions` of sample.allMedia(), in that order. Several media beside each other share one caption: "1: …
// 2: …".
void giveCaptions(Sample& sample, std::span<const std::string> captions);

// Captions from a file (JSON Lines, csv or Parquet) with a row for each medium: "image" or "video" as the
// data's rows name it, and "caption"; other columns are left alone. BadInput for a medium that has no row or
// two, naming the sample.
base::Status takeCaptions(std::vector<Sample>& samples, const std::filesystem::path& file);

} // namespace msrl::data
