// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/cuda_plugin.h"

#include "core/base/version.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>

namespace msrl::device {
namespace fs = std::filesystem;

base::Result<const CudaPlugin*> loadCudaPlugin(const fs::path& file)
{
    const std::string place = "device, " + file.string();
    std::error_code ec;
    if (!fs::is_regular_file(file, ec))
        return base::badInput("no such file", place, "build the CUDA plug-in, or choose cpu");
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return base::badInput(fmt::format("the CUDA plug-in cannot be loaded: {}", ::dlerror()), place,
            "install what it names, or choose cpu");
    const auto entry = reinterpret_cast<CudaPluginEntry>(::dlsym(library, kCudaPluginEntry));
    const CudaPlugin* plugin = entry ? entry() : nullptr;
    if (!plugin)
        return base::badInput("this is no CUDA plug-in of msrl-engine", place, "build it again");
    if (plugin->abi != kCudaPluginAbi || plugin->version != std::string(base::kVersion))
        return base::badInput(
            fmt::format("the CUDA plug-in is of version {} (interface {}), msrl-engine of {} (interface {})",
                plugin->version, plugin->abi, base::kVersion, kCudaPluginAbi),
            place, "build both together");
    return plugin;
}

base::Result<const CudaPlugin*> loadCudaPlugin()
{
    constexpr const char* kFile = "libmsrl_cuda.so";
    if (const char* named = std::getenv("MSRL_CUDA_PLUGIN"); named && *named)
        return loadCudaPlugin(fs::path(named));
    std::error_code ec;
    const fs::path file = fs::read_symlink("/proc/self/exe", ec).parent_path() / kFile;
    if (fs::exists(file, ec))
        return loadCudaPlugin(file);
    return base::badInput(fmt::format("CUDA needs the plug-in {}, which is not beside msrl-engine", kFile),
        "device", "build it with ./dev cuda, or choose cpu");
}

std::vector<DeviceMemory> cudaMemory()
{
    std::vector<DeviceMemory> all;
    const base::Result<const CudaPlugin*> plugin = loadCudaPlugin();
    if (!plugin)
        return all;
    const base::Result<int> devices = (*plugin)->deviceCount();
    for (int device = 0; devices && device < *devices; ++device) {
        const base::Result<DeviceMemory> memory = (*plugin)->memory(device);
        if (!memory)
            return {};
        all.push_back(*memory);
    }
    return all;
}

} // namespace msrl::device
