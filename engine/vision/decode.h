// SPDX-License-Identifier: GPL-3.0-or-later
// Image files to RGB, with the values of Pillow's convert('RGB'): palettes and grey are expanded, inks become
// light; 16-bit channels keep their high byte, but 16-bit grey is cut off at 255; colour profiles and
// orientation tags are ignored. Alpha is dropped, not blended, unless asked otherwise.
#pragma once

#include "core/base/result.h"
#include "engine/vision/alpha.h"
#include "engine/vision/image.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace msrl::vision {

// PNG, JPEG or WebP, told by content. Refused with the file's name: missing, not an image, damaged, cut off.
base::Result<Image> readImage(const std::filesystem::path& path, Alpha alpha = Alpha::Drop);
base::Result<Image> decodeImage(std::string_view bytes, const std::string& place, Alpha alpha = Alpha::Drop);

// Whether the file holds an image, from its first bytes only: for checks before work.
base::Status probeImage(const std::filesystem::path& path);

} // namespace msrl::vision
