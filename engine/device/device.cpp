// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/device.h"

#include "engine/device/cuda_plugin.h"
#include "engine/device/workers.h"

#include <ATen/Parallel.h>

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <thread>

namespace msrl::device {

namespace {

constexpr std::string_view kCuda = "cuda";

// The index of the device that a process takes.
base::Result<int> chooseDevice(int wanted, int devices, Placement here)
{
    if (wanted >= devices)
        return base::badInput(fmt::format("there is no cuda:{}, this machine has {} CUDA device{}", wanted,
                                  devices, devices == 1 ? "" : "s"),
            "device", "count from 0");
    if (wanted >= 0 && here.count > 1)
        return base::badInput(
            fmt::format("{} ranks on this machine cannot share cuda:{}", here.count, wanted), "device",
            "cuda gives each a device of its own");
    if (wanted >= 0)
        return wanted;
    if (devices == 1) // a launcher may show each process another one
        return 0;
    if (here.number >= devices)
        return base::badInput(
            fmt::format("{} ranks on this machine, which has {} CUDA devices", here.count, devices), "device",
            "start one rank for each device");
    return here.number;
}

} // namespace

base::Result<c10::Device> parseDevice(std::string_view text)
{
    if (text == "cpu")
        return c10::Device(c10::kCPU);
    if (text == kCuda)
        return c10::Device(c10::kCUDA);
    int index = -1;
    if (text.starts_with("cuda:")) {
        const std::string_view digits = text.substr(kCuda.size() + 1);
        const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
        const bool whole = code == std::errc() && end == digits.data() + digits.size();
        if (whole && index >= 0 && index <= std::numeric_limits<c10::DeviceIndex>::max())
            return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
    }
    return base::badInput(fmt::format("unknown device '{}'", text), "device", "choose cpu, cuda or cuda:N");
}

base::Result<c10::Device> openDevice(c10::Device wanted, Placement here)
{
    if (wanted.is_cpu())
        return wanted;
    const base::Result<const CudaPlugin*> plugin = loadCudaPlugin();
    if (!plugin)
        return plugin.error();
    const base::Result<int> devices = (*plugin)->deviceCount();
    if (!devices)
        return devices.error();
    const base::Result<int> index = chooseDevice(wanted.index(), *devices, here);
    if (!index)
        return index.error();
    if (base::Status opened = (*plugin)->open(*index); !opened)
        return opened.error();
    return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(*index));
}

base::Result<c10::Device> openNamedDevice(std::string_view text)
{
    const base::Result<c10::Device> wanted = parseDevice(text);
    return wanted ? openDevice(*wanted) : wanted;
}

base::Result<c10::ScalarType> parseDtype(std::string_view text)
{
    if (text == "float32" || text == "f32")
        return c10::ScalarType::Float;
    if (text == "bfloat16" || text == "bf16")
        return c10::ScalarType::BFloat16;
    if (text == "float64" || text == "f64")
        return c10::ScalarType::Double;
    return base::badInput(
        fmt::format("unknown number format '{}'", text), "dtype", "choose float32, bfloat16 or float64");
}

std::string dtypeName(c10::ScalarType dtype)
{
    switch (dtype) {
    case c10::ScalarType::Float:
        return "float32";
    case c10::ScalarType::BFloat16:
        return "bfloat16";
    case c10::ScalarType::Double:
        return "float64";
    case c10::ScalarType::Half:
        return "float16";
    default: // the other formats of ATen carry no weights
        return c10::toString(dtype);
    }
}

int numProcessors()
{
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int processorsOfRank(int ranksHere)
{
    const int all = numProcessors();
    cpu_set_t bound;
    CPU_ZERO(&bound);
    if (::sched_getaffinity(0, sizeof bound, &bound) == 0 && CPU_COUNT(&bound) < all)
        return CPU_COUNT(&bound);
    return std::max(1, all / std::max(1, ranksHere));
}

base::Status setThreads(int count)
{
    if (count < 0 || count > numProcessors())
        return base::badInput(
            fmt::format("{} threads asked for, this machine has {} processors", count, numProcessors()),
            "threads", "choose a number in that range, or 0 for half of them");
    const int threads = count == 0 ? std::max(1, numProcessors() / 2) : count;
    at::set_num_threads(threads);
    setWorkers(threads);
    return {};
}

int numThreads()
{
    return at::get_num_threads();
}

} // namespace msrl::device
