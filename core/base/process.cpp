// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace msrl::base {

namespace {

std::string bootId()
{
    std::ifstream in("/proc/sys/kernel/random/boot_id");
    std::string id;
    in >> id;
    return id;
}

} // namespace

std::optional<ProcessIdentity> identifyProcess(std::int64_t pid)
{
    std::ifstream in(fmt::format("/proc/{}/stat", pid));
    std::string stat;
    if (!std::getline(in, stat))
        return std::nullopt;
    // The program's name stands in brackets and may itself hold spaces and brackets.
    const std::size_t end = stat.rfind(')');
    if (end == std::string::npos)
        return std::nullopt;
    std::istringstream fields(stat.substr(end + 1));
    std::string state;
    fields >> state;
    if (state == "Z" || state == "X")
        return std::nullopt;
    constexpr int kFieldsBetweenStateAndStart = 18;
    std::string skipped;
    for (int i = 0; i < kFieldsBetweenStateAndStart; ++i)
        fields >> skipped;
    std::uint64_t start = 0;
    if (!(fields >> start))
        return std::nullopt;
    return ProcessIdentity { pid, start, bootId() };
}

ProcessIdentity currentProcess()
{
    return identifyProcess(::getpid()).value_or(ProcessIdentity { ::getpid(), 0, bootId() });
}

bool isAlive(const ProcessIdentity& process)
{
    return identifyProcess(process.pid) == process;
}

} // namespace msrl::base
