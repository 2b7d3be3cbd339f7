// SPDX-License-Identifier: GPL-3.0-or-later
// Media as foreign data sets name them: a path in a cell or in a list.
#pragma once

#include "core/data/sample.h"

#include <filesystem>
#include <string>

namespace msrl::data {

// "data:…" stays as it is: the image is in the row.
Media imageAt(const std::string& path, const std::filesystem::path& mediaRoot);

// The path itself where it is there; else the folder of frames of that name without its ending.
Media videoAt(const std::string& path, const std::filesystem::path& mediaRoot);

// A row that names no file.
bool isBlankPath(const std::string& path);

// By the ending: *.png, *.jpg, *.jpeg, *.webp, *.bmp in any case. An image in the row is one too.
bool isImagePath(const std::string& path);

} // namespace msrl::data
