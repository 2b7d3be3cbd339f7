// SPDX-License-Identifier: GPL-3.0-or-later
// One decoder per file format; decode.h chooses. `place` names the file in errors.
#pragma once

#include "core/base/result.h"
#include "engine/vision/alpha.h"
#include "engine/vision/image.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace msrl::vision {

// What a damaged header may claim before anything is allocated.
inline constexpr std::int64_t kMaxPixels = 200'000'000;
base::Status checkSize(std::int64_t width, std::int64_t height, const std::string& place);

base::Result<Image> decodePng(std::string_view bytes, const std::string& place, Alpha alpha);
base::Result<Image> decodeJpeg(std::string_view bytes, const std::string& place, Alpha alpha);
base::Result<Image> decodeWebp(std::string_view bytes, const std::string& place, Alpha alpha);

} // namespace msrl::vision
