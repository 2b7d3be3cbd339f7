// SPDX-License-Identifier: GPL-3.0-or-later
// What an engine adds to its "yes".
#pragma once

#include "core/protocol/messages.h"

#include <string>

namespace msrl::cli {

// One line with its end, or nothing: what the request comes to where that is not what its name says.
std::string noteOf(const protocol::Reply& reply);

} // namespace msrl::cli
