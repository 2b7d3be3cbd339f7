// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's control socket: one thread, several clients, never in the way of the training.
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"
#include "engine/control/control_state.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace msrl::control {

// A path for a run's socket that fits the 108 bytes of a socket address: $XDG_RUNTIME_DIR/msrl-RUNID.sock, or
// /tmp/msrl-UID/RUNID.sock in a folder of mode 0700 that must belong to the caller.
base::Result<std::filesystem::path> socketPathFor(const std::string& runId);

// Listens from start() to destruction, which removes the socket file. A client that does not read is dropped
// when 4 MiB wait for it, one that does not say hello after `patience`. REQUIRES: `state` outlives the
// server, which takes the state's listener; nobody publishes while the server is being destroyed.
class ControlServer
{
public:
    static base::Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket,
        const protocol::Hello& hello, ControlState& state,
        std::chrono::milliseconds patience = std::chrono::seconds(10));
    ~ControlServer();

    const std::filesystem::path& socket() const;

private:
    struct Impl;
    explicit ControlServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace msrl::control
