// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/memory.h"

#include <fstream>
#include <string>

namespace msrl::device {
namespace {

// The value of "key:   123 kB" in a file of /proc, in bytes.
std::uint64_t procBytes(const char* file, const std::string& key)
{
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(key))
            return std::stoull(line.substr(key.size())) << 10;
    }
    return 0;
}

} // namespace

MemoryUse memoryUse()
{
    return {
        .residentBytes = procBytes("/proc/self/status", "VmRSS:"),
        .peakResidentBytes = procBytes("/proc/self/status", "VmHWM:"),
        .availableBytes = procBytes("/proc/meminfo", "MemAvailable:"),
        .totalBytes = procBytes("/proc/meminfo", "MemTotal:"),
    };
}

} // namespace msrl::device
