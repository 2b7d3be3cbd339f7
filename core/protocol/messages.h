// SPDX-License-Identifier: GPL-3.0-or-later
// What studio and engine say to each other over the control socket. docs/formats/protocol.md describes the
// wire.
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace msrl::protocol {

inline constexpr int kMajor = 1; // another major is refused
inline constexpr int kMinor = 0; // a higher minor only adds message types and members

// First message of both sides.
struct Hello
{
    int major = kMajor;
    int minor = kMinor;
    std::string program; // "msrl-engine 0.1.0"
    std::string runId; // the engine's run; a client leaves it empty, or names the run it expects
    std::vector<std::string> capabilities;

    bool operator==(const Hello&) const = default;
};

// Last message before the sender closes: why the other side's hello was not accepted.
struct Refused
{
    std::string reason;
    bool operator==(const Refused&) const = default;
};

// Requests. Each gets exactly one Reply.
struct GetStatus
{
    bool operator==(const GetStatus&) const = default;
};
struct Subscribe
{
    bool operator==(const Subscribe&) const = default;
};
struct Pause
{
    bool operator==(const Pause&) const = default;
};
struct Resume
{
    bool operator==(const Resume&) const = default;
};
enum class StopMode { Checkpoint, Now };
struct Stop
{
    StopMode mode = StopMode::Checkpoint;
    bool operator==(const Stop&) const = default;
};
struct Checkpoint
{
    bool operator==(const Checkpoint&) const = default;
};
// Changes a parameter that may change while a stage runs.
struct Set
{
    std::string name;
    base::Json value;
    bool operator==(const Set&) const = default;
};
// The auditor has signed off a stage's set (audit.db holds the sign-off).
struct AuditReady
{
    std::string stage;
    bool operator==(const AuditReady&) const = default;
};
struct Shutdown
{
    bool operator==(const Shutdown&) const = default;
}; // stop now, without a checkpoint

// A request type that this version does not know; answered with an error reply.
struct UnknownRequest
{
    std::string type;
    bool operator==(const UnknownRequest&) const = default;
};

using RequestBody = std::variant<GetStatus, Subscribe, Pause, Resume, Stop, Checkpoint, Set, AuditReady,
    Shutdown, UnknownRequest>;
// "status", "subscribe", "pause", …
std::string requestName(const RequestBody& body);

struct Request
{
    std::int64_t id = 0; // chosen by the asker, unique per connection
    RequestBody body;
    bool operator==(const Request&) const = default;
};

struct Reply
{
    std::int64_t id = 0;
    bool ok = true;
    std::string error; // one sentence when not ok
    base::Json result = base::Json::object();
    bool operator==(const Reply&) const = default;
};

// Notifications, to clients that subscribed.
struct Heartbeat
{
    std::int64_t timeMs = 0;
    bool operator==(const Heartbeat&) const = default;
};
struct StageChanged
{
    std::string stage;
    std::string state; // names of store::StageState
    std::string message;
    bool operator==(const StageChanged&) const = default;
};
struct Progress
{
    std::string stage;
    std::int64_t step = 0; // finished steps
    std::int64_t total = 0; // 0: unknown
    double tokensPerSecond = 0; // 0: unknown
    double etaSeconds = -1; // of this stage; -1: unknown
    bool operator==(const Progress&) const = default;
};
// The whole run's phase: names of store::RunPhase.
struct StateChanged
{
    std::string state;
    std::string message;
    bool operator==(const StateChanged&) const = default;
};

// A message type that this version does not know; ignored.
struct Unknown
{
    std::string type;
    bool operator==(const Unknown&) const = default;
};

using Message
    = std::variant<Hello, Refused, Request, Reply, Heartbeat, StageChanged, Progress, StateChanged, Unknown>;

// Result of a status reply.
struct StatusInfo
{
    std::string state;
    std::string message;
    Progress progress;
    std::string runId;
    std::int64_t pid = 0;
    bool operator==(const StatusInfo&) const = default;
};

} // namespace msrl::protocol
