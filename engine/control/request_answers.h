// SPDX-License-Identifier: GPL-3.0-or-later
// What a request over the control socket comes to. Used by this folder only.
#pragma once

#include "core/protocol/messages.h"
#include "engine/control/control_state.h"

#include <string>

namespace msrl::control {

// Carries the request out on `state` and says what came of it: the status for GetStatus and Subscribe, a note
// where a request comes to something else than its name says, an error for a value that cannot be set.
protocol::Reply answerRequest(
    const protocol::RequestBody& body, const std::string& runId, ControlState& state);

} // namespace msrl::control
