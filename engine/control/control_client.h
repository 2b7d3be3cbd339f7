// SPDX-License-Identifier: GPL-3.0-or-later
// One question to a running engine: what `msrl-engine status|pause|resume|stop|checkpoint RUN` does.
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <chrono>
#include <filesystem>

namespace msrl::control {

// Connects, shakes hands, asks, waits for the reply. A reply with ok false is a value, not an error; errors
// are: no engine listens there, a version that is refused, no reply before the deadline.
base::Result<protocol::Reply> request(const std::filesystem::path& socket, const protocol::RequestBody& body,
    std::chrono::milliseconds deadline = std::chrono::seconds(5));

} // namespace msrl::control
