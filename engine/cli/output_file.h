// SPDX-License-Identifier: GPL-3.0-or-later
// Files that commands write.
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace msrl::cli {

// Refused before any work: a file to be written in a folder that is missing or cannot be written, or in the
// place of a folder. Empty: nothing is to be written.
base::Status checkOutputFile(const std::filesystem::path& path);
// The same for tensors, which replace an earlier file of tensors and nothing else.
base::Status checkTensorsFile(const std::filesystem::path& path);

// Refused before any work: a folder that cannot be made or written, for which its nearest existing ancestor
// is looked at. Empty: none is to be made.
base::Status checkOutputFolder(const std::filesystem::path& path);

} // namespace msrl::cli
