// SPDX-License-Identifier: GPL-3.0-or-later
// What libmsrl_cuda.so offers, and how it is found and loaded. No other part of the engine knows CUDA: what
// is computed is ATen's, which dispatches by the device of its tensors.
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace msrl::parallel {
class Communicator;
class ExchangeCommunicator;
}

namespace msrl::device {

struct DeviceMemory
{
    std::uint64_t usedBytes = 0; // by all processes
    std::uint64_t totalBytes = 0;
};

// Raised with every change of the members below.
inline constexpr std::uint32_t kCudaPluginAbi = 1;

// Filled by the plug-in. The first two members never change: they are read before anything else, and the
// others only when both agree with this program's, as C++ types cross here.
struct CudaPlugin
{
    std::uint32_t abi;
    const char* version; // base::kVersion of its build

    // CUDA devices that this process may use, 1 or more. Refused: no driver, no device.
    base::Result<int> (*deviceCount)();
    // Loads ATen's CUDA part and makes `device` the current one.
    base::Status (*open)(int device);
    base::Result<DeviceMemory> (*memory)(int device);
    // The same ranks with NCCL for what lies on `device`, which is open. Collective; `processes` outlives it
    // and carries what lies on the host. On failure tell the others by processes.abort().
    base::Result<std::unique_ptr<parallel::Communicator>> (*joinDevices)(
        parallel::ExchangeCommunicator& processes, int device, std::chrono::seconds patience);
};

// The plug-in's one exported symbol, extern "C".
inline constexpr const char* kCudaPluginEntry = "msrl_cuda_plugin";
using CudaPluginEntry = const CudaPlugin* (*)();

// The plug-in in `file`, which stays loaded. Refused: no such file, one that cannot be loaded, one that was
// built with another version of this program.
base::Result<const CudaPlugin*> loadCudaPlugin(const std::filesystem::path& file);
// $MSRL_CUDA_PLUGIN, else libmsrl_cuda.so beside the program.
base::Result<const CudaPlugin*> loadCudaPlugin();

// The memory of every CUDA device here, by number; nothing without the plug-in, a driver or a device.
std::vector<DeviceMemory> cudaMemory();

} // namespace msrl::device
