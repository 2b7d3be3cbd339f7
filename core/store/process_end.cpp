// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/process_end.h"

#include "core/base/files.h"
#include "core/base/json.h"

#include <fmt/format.h>

#include <csignal>
#include <cstring>
#include <limits>

namespace msrl::store {

namespace {

constexpr std::uint64_t kMaxEndBytes = 1 << 16;
constexpr int kMaxEndNumber = std::numeric_limits<int>::max();

} // namespace

base::Status writeProcessEnd(
    const std::filesystem::path& file, const base::ProcessIdentity& process, const ProcessEnd& end)
{
    base::Json json = base::Json::object();
    json["pid"] = process.pid;
    json["start_ticks"] = process.startTicks;
    json["boot_id"] = process.bootId;
    if (end.signal)
        json["signal"] = *end.signal;
    if (end.exitCode)
        json["exit_code"] = *end.exitCode;
    return base::writeFileAtomically(file, json.dump(2) + "\n");
}

std::optional<ProcessEnd> readProcessEnd(
    const std::filesystem::path& file, const base::ProcessIdentity& process)
{
    std::error_code ec;
    if (!std::filesystem::exists(file, ec))
        return std::nullopt;
    const auto json = base::readJsonFile(file, { .maxBytes = kMaxEndBytes });
    if (!json)
        return std::nullopt;
    base::ObjectReader in(*json, file.string());
    base::ProcessIdentity ended;
    ended.pid = in.integer("pid");
    ended.startTicks = static_cast<std::uint64_t>(in.integer("start_ticks"));
    ended.bootId = in.text("boot_id");
    ProcessEnd end;
    if (in.has("signal"))
        end.signal = in.integerIn("signal", 1, kMaxEndNumber);
    if (in.has("exit_code"))
        end.exitCode = in.integerIn("exit_code", 0, kMaxEndNumber);
    if (!in.finish(base::ObjectReader::Unknown::Keep) || ended != process)
        return std::nullopt;
    return end;
}

std::string signalText(int signal)
{
    const char* name = ::sigabbrev_np(signal);
    return name ? fmt::format("{} (SIG{})", signal, name) : std::to_string(signal);
}

bool isCrash(int signal)
{
    return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGILL || signal == SIGFPE;
}

} // namespace msrl::store
