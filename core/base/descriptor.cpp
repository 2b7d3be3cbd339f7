// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/descriptor.h"

#include <cerrno>
#include <cstring>

namespace msrl::base {

std::string errnoText()
{
    return std::strerror(errno);
}

Status writeAll(int fd, std::string_view bytes, const std::filesystem::path& path)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return failed("cannot write: " + errnoText(), path.string());
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

} // namespace msrl::base
