// SPDX-License-Identifier: GPL-3.0-or-later
// Which dataset a stage's samples come from, and which stage reads a dataset's.
#pragma once

#include "core/curriculum/project.h"

#include <string>

namespace msrl::models {

// The dataset behind an input, through captioners; null when there is none.
const curriculum::Node* datasetBehind(
    const curriculum::Project& project, const std::string& node, const std::string& port);

struct SampleReader
{
    std::string node; // the first stage that reads the samples; empty: none does
    std::string prompts = "msrl"; // its prompt set
    bool captions = false; // it reads captions in place of the media
};
SampleReader readerOf(const curriculum::Project& project, const std::string& dataset);

} // namespace msrl::models
