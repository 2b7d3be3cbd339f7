// SPDX-License-Identifier: GPL-3.0-or-later
// Doubles of libmsrl_cuda.so, one for each set of these definitions.
#include "core/base/version.h"
#include "engine/device/cuda_plugin.h"

#ifndef PLUGIN_ABI
#define PLUGIN_ABI msrl::device::kCudaPluginAbi
#endif
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION msrl::base::kVersion
#endif
#ifndef PLUGIN_DEVICES
#define PLUGIN_DEVICES 2
#endif

namespace {

using namespace msrl;

// The same errors as the plug-in itself.
base::Result<int> deviceCount()
{
    if (PLUGIN_DEVICES == 0)
        return base::badInput("this machine has no NVIDIA driver", "device", "choose cpu");
    return PLUGIN_DEVICES;
}

base::Status openDevice(int device)
{
    return device == 1 ? base::Status()
                       : base::Status(base::badInput("cuda:0 does not start: it is in use", "device"));
}

base::Result<device::DeviceMemory> memory(int device)
{
    return device::DeviceMemory { static_cast<std::uint64_t>(device) << 30, std::uint64_t { 80 } << 30 };
}

constexpr device::CudaPlugin kPlugin { PLUGIN_ABI, PLUGIN_VERSION, &deviceCount, &openDevice, &memory,
    nullptr };

} // namespace

#ifndef PLUGIN_WITHOUT_ENTRY
extern "C" const msrl::device::CudaPlugin* msrl_cuda_plugin()
{
    return &kPlugin;
}
#endif
