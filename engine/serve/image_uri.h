// SPDX-License-Identifier: GPL-3.0-or-later
// Images inside a request: "data:image/png;base64,…", also jpeg and webp.
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace msrl::serve {

// The image's bytes. BadInput for another scheme (nothing is fetched), another type, or text that is not
// base64.
base::Result<std::string> imageBytes(std::string_view uri, const std::string& place);

} // namespace msrl::serve
