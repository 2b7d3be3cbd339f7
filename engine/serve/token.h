// SPDX-License-Identifier: GPL-3.0-or-later
// The secret that a client of the endpoint shows.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace msrl::serve {

// 256 random bits as hexadecimal digits, from the operating system.
base::Result<std::string> newToken();

// The file's only line; a file that is missing is made with a new token, readable by its owner alone.
// BadInput for a file that others can read, and for a token of fewer than 16 characters.
base::Result<std::string> tokenFromFile(const std::filesystem::path& path);

// Whether an Authorization header shows the token; takes as long for any header of the same length.
bool showsToken(std::string_view authorization, std::string_view token);

} // namespace msrl::serve
