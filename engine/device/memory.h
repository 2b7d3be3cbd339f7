// SPDX-License-Identifier: GPL-3.0-or-later
// Memory of this process and machine, in bytes.
#pragma once

#include <cstdint>

namespace msrl::device {

struct MemoryUse
{
    std::uint64_t residentBytes = 0; // of this process now
    std::uint64_t peakResidentBytes = 0; // of this process since its start
    std::uint64_t availableBytes = 0; // what the machine can still give without swapping
    std::uint64_t totalBytes = 0;
};

// From /proc; fields that cannot be read stay 0.
MemoryUse memoryUse();

} // namespace msrl::device
