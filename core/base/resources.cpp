// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/resources.h"

#include <cstdlib>

namespace msrl::base {

Result<std::filesystem::path> resourceFolder()
{
    namespace fs = std::filesystem;
    std::error_code ignored;
    if (const char* named = std::getenv("MSRL_RESOURCES"); named && *named) {
        if (!fs::is_directory(named, ignored))
            return badInput("the folder does not exist", std::string("MSRL_RESOURCES=") + named);
        return fs::path(named);
    }
    const fs::path executable = fs::read_symlink("/proc/self/exe", ignored);
    for (const fs::path& folder :
        { executable.parent_path().parent_path() / "share" / "msrl-studio", fs::path(MSRL_SOURCE_RESOURCES) })
        if (fs::is_directory(folder, ignored))
            return folder;
    return failed("the program's own files were not found beside it", {},
        "install msrl-studio again, or set MSRL_RESOURCES to its resources folder");
}

Result<std::filesystem::path> resource(std::string_view relative)
{
    Result<std::filesystem::path> folder = resourceFolder();
    if (!folder)
        return folder.error();
    std::filesystem::path path = *folder / relative;
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return badInput("the resource does not exist", path.string());
    return path;
}

} // namespace msrl::base
