// SPDX-License-Identifier: GPL-3.0-or-later
// Who a process is beyond its number: a pid alone may have been given to another program since.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace msrl::base {

struct ProcessIdentity
{
    std::int64_t pid = 0;
    std::uint64_t startTicks = 0; // field 22 of /proc/PID/stat: clock ticks after boot
    std::string bootId; // /proc/sys/kernel/random/boot_id

    bool operator==(const ProcessIdentity&) const = default;
};

ProcessIdentity currentProcess();
// Nothing when no such process exists, or only its zombie.
std::optional<ProcessIdentity> identifyProcess(std::int64_t pid);
// True when exactly that process (same start, same boot) is alive.
bool isAlive(const ProcessIdentity& process);

} // namespace msrl::base
