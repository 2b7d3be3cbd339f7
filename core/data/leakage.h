// SPDX-License-Identifier: GPL-3.0-or-later
// What of a training set is also in a benchmark: by the bytes of images and videos, and by text.
#pragma once

#include "core/data/sample.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace msrl::data {

struct Leak
{
    // Media: a picture, or all frames of a video, with the same bytes. Pair: the same question and the same
    // two responses in either order. Question: only the question is the same, which for a common question
    // ("Describe the image.") says little.
    enum class Kind { Media, Pair, Question };
    Kind kind = Kind::Media;
    std::string place; // of the training sample
    std::string other; // the first sample of the benchmark that it shares this with
    std::string what; // the medium's path, or the beginning of the question
};
const char* leakKindName(Leak::Kind kind); // "media", "pair", "question"

// At most one leak of each kind for each training sample; a pair is not also listed as a question. Texts are
// compared without regard to case and white space. BadInput, with the sample, when a medium cannot be read.
base::Result<std::vector<Leak>> findLeaks(
    std::span<const Sample> training, std::span<const Sample> benchmark);

std::int64_t countLeaks(std::span<const Leak> leaks, Leak::Kind kind);

} // namespace msrl::data
