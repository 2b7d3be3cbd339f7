// SPDX-License-Identifier: GPL-3.0-or-later
// Bicubic resizing (a = -0.5, antialiased) with the values of the two reference pipelines.
#pragma once

#include "engine/vision/image.h"

#include <cstdint>

namespace msrl::vision {

// Whose arithmetic, bit for bit: Pillow's (8-bit, horizontal pass first, 22-bit fixed point weights), which
// InternVL's own code uses, or torchvision's on 8-bit CPU tensors, which the processors of Hugging Face's
// transformers use. They differ by a few units in the last place.
enum class Resize { Pil, Torchvision };

// REQUIRES: width, height >= 1. The same size returns the image unchanged.
Image resizeBicubic(const Image& image, std::int64_t width, std::int64_t height, Resize how = Resize::Pil);

} // namespace msrl::vision
