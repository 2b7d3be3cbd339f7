// SPDX-License-Identifier: GPL-3.0-or-later
// What server and client share about Unix sockets. Used by this folder only.
#pragma once

#include "core/base/descriptor.h"
#include "core/base/result.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <string>

namespace msrl::control {

inline constexpr std::size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path);

using base::Descriptor;

inline base::Result<sockaddr_un> socketAddress(const std::filesystem::path& path)
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    if (text.empty() || text.size() >= kMaxSocketPath)
        return base::badInput(
            "the socket's path must have 1 to " + std::to_string(kMaxSocketPath - 1) + " bytes", text);
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return address;
}

} // namespace msrl::control
