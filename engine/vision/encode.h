// SPDX-License-Identifier: GPL-3.0-or-later
// RGB images to the bytes of files.
#pragma once

#include "core/base/result.h"
#include "engine/vision/image.h"

#include <string>

namespace msrl::vision {

// 8-bit RGB, compressed for speed, the same bytes everywhere.
base::Result<std::string> encodePng(const Image& image);

} // namespace msrl::vision
