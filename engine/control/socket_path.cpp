// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control/control_server.h"
#include "engine/control/socket.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace msrl::control {
namespace fs = std::filesystem;

namespace {

base::Status makePrivateFolder(const fs::path& folder)
{
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return base::failed(
            std::string("cannot create the folder: ") + std::strerror(errno), folder.string());
    struct stat info
    {
    };
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::getuid()
        || (info.st_mode & 0077) != 0)
        return base::failed("is not a folder of mode 0700 that belongs to you", folder.string(),
            "remove it, or set XDG_RUNTIME_DIR");
    return {};
}

} // namespace

base::Result<fs::path> socketPathFor(const std::string& runId)
{
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    std::error_code ec;
    if (runtime != nullptr && fs::is_directory(runtime, ec)) {
        const fs::path path = fs::path(runtime) / ("msrl-" + runId + ".sock");
        if (path.string().size() < kMaxSocketPath && ::access(runtime, W_OK) == 0)
            return path;
    }
    const fs::path folder = fmt::format("/tmp/msrl-{}", ::getuid());
    if (base::Status made = makePrivateFolder(folder); !made)
        return made.error();
    return folder / (runId + ".sock");
}

} // namespace msrl::control
