// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/device.h"

#include "engine/device/workers.h"

#include <ATen/Parallel.h>

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <thread>

namespace msrl::device {

base::Result<c10::Device> parseDevice(std::string_view text)
{
    if (text == "cpu")
        return c10::Device(c10::kCPU);
    if (text == "cuda" || text.starts_with("cuda:"))
        return base::badInput(
            fmt::format("device '{}' needs the CUDA plug-in, which this build does not have", text), "device",
            "choose cpu");
    return base::badInput(fmt::format("unknown device '{}'", text), "device", "choose cpu");
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
