// SPDX-License-Identifier: GPL-3.0-or-later
// Giving a finished file its name without ever replacing another.
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace msrl::base {

// Gives a whole file of the same file system a name that nothing has yet, and fsyncs it and the folder.
// Refused (BadInput) where something stands, also something that came meanwhile.
Status moveToFreeName(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace msrl::base
