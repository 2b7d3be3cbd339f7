// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/demo/demo.h"

#include "core/base/files.h"
#include "core/base/resources.h"
#include "core/curriculum/project.h"
#include "engine/demo/demo_project.h"

namespace msrl::demo {

namespace {

namespace fs = std::filesystem;

base::Status fill(
    const fs::path& folder, std::uint64_t seed, DemoScale scale, const WriteObserver& onProgress)
{
    base::Result<fs::path> judge = base::resource("demo/base");
    if (!judge)
        return judge.error();
    if (base::Status status = base::createFolders(folder / "data"); !status)
        return status;
    std::error_code fault;
    fs::copy(*judge, folder / "base", fs::copy_options::recursive, fault);
    if (fault)
        return base::failed("cannot copy the base judge: " + fault.message(), judge->string());
    const DemoSettings settings = demoSettings(scale);
    if (base::Status status = writeDemoData(folder / "data", seed, settings, onProgress); !status)
        return status;
    return curriculum::saveProject(demoProject(seed, settings), folder / "project.msrl");
}

} // namespace

base::Status writeDemo(
    const fs::path& dir, std::uint64_t seed, DemoScale scale, const WriteObserver& onProgress)
{
    std::error_code fault;
    if (fs::exists(dir, fault) && !fs::is_directory(dir, fault))
        return base::badInput("is no folder", dir.string(), "choose a new one for the demo");
    if (fs::exists(dir, fault) && !fs::is_empty(dir, fault))
        return base::badInput("the folder is not empty", dir.string(), "choose a new one for the demo");
    const fs::path target = fs::absolute(dir).lexically_normal();
    fs::path making = target.has_filename() ? target : target.parent_path();
    making += ".making";
    fs::remove_all(making, fault); // what a broken-off attempt has left
    base::Status status = fill(making, seed, scale, onProgress);
    if (status) {
        fs::remove(dir, fault);
        fs::rename(making, dir, fault);
        if (fault)
            status = base::failed("cannot give the demo its name: " + fault.message(), dir.string());
    }
    if (!status)
        fs::remove_all(making, fault);
    return status;
}

} // namespace msrl::demo
