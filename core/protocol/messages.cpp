// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/messages.h"

#include <type_traits>

namespace msrl::protocol {

namespace {

const char* nameOf(const GetStatus&)
{
    return "status";
}
const char* nameOf(const Subscribe&)
{
    return "subscribe";
}
const char* nameOf(const Pause&)
{
    return "pause";
}
const char* nameOf(const Resume&)
{
    return "resume";
}
const char* nameOf(const Stop&)
{
    return "stop";
}
const char* nameOf(const Checkpoint&)
{
    return "checkpoint";
}
const char* nameOf(const Set&)
{
    return "set";
}
const char* nameOf(const AuditReady&)
{
    return "audit-ready";
}
const char* nameOf(const Shutdown&)
{
    return "shutdown";
}
std::string nameOf(const UnknownRequest& request)
{
    return request.type;
}

} // namespace

std::string requestName(const RequestBody& body)
{
    return std::visit([](const auto& request) { return std::string(nameOf(request)); }, body);
}

} // namespace msrl::protocol
