// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/output_file.h"

#include "engine/model/safetensors.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace msrl::cli {

base::Status checkOutputFile(const std::filesystem::path& path)
{
    if (path.empty())
        return {};
    std::error_code ignored;
    const std::filesystem::path parent
        = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    if (!std::filesystem::is_directory(parent, ignored) || std::filesystem::is_directory(path, ignored))
        return base::badInput("cannot be written: its folder is missing or it is one", path.string());
    if (::access(parent.c_str(), W_OK | X_OK) != 0)
        return base::badInput(std::string("cannot be written: ") + std::strerror(errno), path.string(),
            "name a file in another folder");
    return {};
}

base::Status checkOutputFolder(const std::filesystem::path& path)
{
    if (path.empty())
        return {};
    std::error_code ignored;
    std::filesystem::path there = std::filesystem::absolute(path, ignored).lexically_normal();
    while (!std::filesystem::exists(there, ignored) && there.has_relative_path())
        there = there.parent_path();
    if (!std::filesystem::is_directory(there, ignored))
        return base::badInput(
            fmt::format("{} is no folder", there.string()), path.string(), "name another folder");
    if (::access(there.c_str(), W_OK | X_OK) != 0)
        return base::badInput(fmt::format("{} cannot be written: {}", there.string(), std::strerror(errno)),
            path.string(), "name another folder");
    return {};
}

base::Status checkTensorsFile(const std::filesystem::path& path)
{
    std::error_code ignored;
    if (const base::Status fault = checkOutputFile(path); !fault)
        return fault;
    if (path.empty() || !std::filesystem::exists(path, ignored) || model::SafetensorsFile::open(path))
        return {};
    return base::badInput("is already there and is no safetensors file", path.string(),
        "nothing else is overwritten; name another file");
}

} // namespace msrl::cli
