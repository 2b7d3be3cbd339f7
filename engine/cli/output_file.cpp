// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/output_file.h"

#include "engine/model/safetensors.h"

namespace msrl::cli {

base::Status checkOutputFile(const std::filesystem::path& path)
{
    std::error_code ignored;
    const std::filesystem::path parent
        = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    if (path.empty()
        || (std::filesystem::is_directory(parent, ignored) && !std::filesystem::is_directory(path, ignored)))
        return {};
    return base::badInput("cannot be written: its folder is missing or it is one", path.string());
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
