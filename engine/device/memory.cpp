// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/device/memory.h"

#include <malloc.h>

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

void giveLargeBlocksBack()
{
    constexpr int kLargeBlock = 2 << 20; // at half of it the page faults cost an eighth of a step
    static const int set = mallopt(M_MMAP_THRESHOLD, kLargeBlock);
    (void)set;
}

} // namespace msrl::device
