// SPDX-License-Identifier: GPL-3.0-or-later
// libmsrl_cuda.so: what engine/device/cuda_plugin.h promises, from NVIDIA's libraries.
#include "core/base/version.h"
#include "engine/cuda/nccl_communicator.h"
#include "engine/cuda/nccl_library.h"
#include "engine/device/cuda_plugin.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <cuda_runtime_api.h>

#include <dlfcn.h>
#include <fmt/format.h>

namespace msrl::cuda {

namespace {

constexpr const char* kPlace = "device";

base::Error cudaError(const char* what, cudaError_t code)
{
    return base::badInput(fmt::format("{}: {}", what, cudaGetErrorString(code)), kPlace, "choose cpu");
}

base::Result<int> deviceCount()
{
    int driver = 0;
    if (cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0)
        return base::badInput("this machine has no NVIDIA driver", kPlace, "choose cpu");
    int count = 0;
    if (const cudaError_t code = cudaGetDeviceCount(&count); code != cudaSuccess)
        return cudaError("no CUDA device", code);
    if (count == 0)
        return base::badInput("no CUDA device", kPlace, "choose cpu");
    return count;
}

// ATen's CUDA part lies beside its CPU part, whose registers it adds itself to.
base::Status loadAten()
{
    Dl_info where {};
    if (::dladdr(reinterpret_cast<void*>(&at::get_num_threads), &where) == 0 || !where.dli_fname)
        return base::failed("LibTorch's folder cannot be found", kPlace);
    const std::string file
        = (std::filesystem::path(where.dli_fname).parent_path() / "libtorch_cuda.so").string();
    if (!::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL))
        return base::badInput(fmt::format("LibTorch's CUDA part cannot be loaded: {}", ::dlerror()), kPlace,
            "./dev setup installs what it needs on a machine with an NVIDIA driver");
    return {};
}

base::Status open(int device)
{
    if (base::Status loaded = loadAten(); !loaded)
        return loaded;
    try {
        at::globalContext().lazyInitDevice(c10::kCUDA);
        c10::impl::VirtualGuardImpl(c10::kCUDA)
            .setDevice(c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(device)));
    } catch (const c10::Error& fault) {
        return base::badInput(
            fmt::format("cuda:{} does not start: {}", device, fault.what_without_backtrace()), kPlace,
            "choose cpu");
    } catch (const std::exception& fault) {
        return base::badInput(
            fmt::format("cuda:{} does not start: {}", device, fault.what()), kPlace, "choose cpu");
    }
    return {};
}

base::Result<device::DeviceMemory> memory(int device)
{
    int current = 0;
    std::size_t free = 0, total = 0;
    cudaError_t code = cudaGetDevice(&current);
    if (code == cudaSuccess)
        code = cudaSetDevice(device);
    if (code == cudaSuccess)
        code = cudaMemGetInfo(&free, &total);
    const cudaError_t back = cudaSetDevice(current);
    if (code != cudaSuccess || back != cudaSuccess)
        return cudaError("the device's memory cannot be read", code != cudaSuccess ? code : back);
    return device::DeviceMemory { total - free, total };
}

base::Result<std::unique_ptr<parallel::Communicator>> joinDevices(
    parallel::ExchangeCommunicator& processes, int device, std::chrono::seconds patience)
{
    const base::Result<NcclFunctions> nccl = ncclFunctions();
    if (!nccl)
        return nccl.error();
    auto stream = openStream(c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(device)));
    if (!stream)
        return stream.error();
    auto ranks = NcclCommunicator::start(processes, *nccl, *std::move(stream), patience);
    if (!ranks)
        return ranks.error();
    return std::unique_ptr<parallel::Communicator>(*std::move(ranks));
}

constexpr device::CudaPlugin kPlugin { device::kCudaPluginAbi, base::kVersion, &deviceCount, &open, &memory,
    &joinDevices };

} // namespace

} // namespace msrl::cuda

extern "C" __attribute__((visibility("default"))) const msrl::device::CudaPlugin* msrl_cuda_plugin()
{
    return &msrl::cuda::kPlugin;
}
