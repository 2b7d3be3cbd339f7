// SPDX-License-Identifier: GPL-3.0-or-later
// Images that stand inside a row: from their bytes to the data URI that Media::path has for them.
#pragma once

#include "core/data/media.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace msrl::data {

// "png", "jpeg" or "webp", told by the first bytes; nothing for others.
std::optional<std::string_view> imageKindOf(std::string_view bytes);

// "data:image/png;base64,…"; nothing for bytes of no such image.
std::optional<std::string> imageDataUri(std::string_view bytes);

// Writes the image as it stands in the row to a file of `folder` that its content names, and only once: the
// file. BadInput: no such image. REQUIRES: media.inRow()
base::Result<std::filesystem::path> writeInRow(const Media& media, const std::filesystem::path& folder);

} // namespace msrl::data
