// SPDX-License-Identifier: GPL-3.0-or-later
// The folder outside the run into which an export stage puts the judge. It holds the files of one export and
// a list of them, so that a later export knows what it may replace.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>

namespace msrl::stages {

// Refused: a file in its place, a folder with anything in it that no export wrote or that was changed since.
base::Status checkExportTarget(const std::filesystem::path& target);

// Puts a copy of `folder` (files only, no folders in it) at `target`, in place of an earlier export there.
// The target is whole at every instant but between two renames. Does nothing when the export of this address
// stands there already; refused as by checkExportTarget().
base::Status placeExport(
    const std::filesystem::path& folder, const std::filesystem::path& target, const std::string& address);

} // namespace msrl::stages
