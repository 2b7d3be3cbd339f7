// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/codec.h"

#include <fmt/format.h>

#include <limits>

namespace msrl::protocol {

namespace {

using base::Json;

Json typed(const char* type)
{
    Json json = Json::object();
    json["type"] = type;
    return json;
}

Json toJson(const Hello& hello)
{
    Json json = typed("hello");
    json["major"] = hello.major;
    json["minor"] = hello.minor;
    json["program"] = hello.program;
    json["run_id"] = hello.runId;
    json["capabilities"] = hello.capabilities;
    return json;
}

Json toJson(const Refused& refused)
{
    Json json = typed("refused");
    json["reason"] = refused.reason;
    return json;
}

Json toJson(const Request& request)
{
    Json json = typed("request");
    json["id"] = request.id;
    json["request"] = requestName(request.body);
    if (const auto* stop = std::get_if<Stop>(&request.body)) {
        json["mode"] = stop->mode == StopMode::Now ? "now" : "checkpoint";
    } else if (const auto* set = std::get_if<Set>(&request.body)) {
        json["name"] = set->name;
        json["value"] = set->value;
    } else if (const auto* ready = std::get_if<AuditReady>(&request.body)) {
        json["stage"] = ready->stage;
    }
    return json;
}

Json toJson(const Reply& reply)
{
    Json json = typed("reply");
    json["id"] = reply.id;
    json["ok"] = reply.ok;
    if (!reply.ok)
        json["error"] = reply.error;
    json["result"] = reply.result;
    return json;
}

Json toJson(const Heartbeat& heartbeat)
{
    Json json = typed("heartbeat");
    json["time_ms"] = heartbeat.timeMs;
    return json;
}

Json toJson(const StageChanged& change)
{
    Json json = typed("stage");
    json["stage"] = change.stage;
    json["state"] = change.state;
    json["message"] = change.message;
    return json;
}

Json toJson(const Progress& progress)
{
    Json json = typed("progress");
    json["stage"] = progress.stage;
    json["step"] = progress.step;
    json["total"] = progress.total;
    json["tokens_per_second"] = progress.tokensPerSecond;
    json["eta_s"] = progress.etaSeconds;
    return json;
}

Json toJson(const StateChanged& change)
{
    Json json = typed("state");
    json["state"] = change.state;
    json["message"] = change.message;
    return json;
}

Json toJson(const Unknown& unknown)
{
    return typed(unknown.type.c_str());
}

constexpr std::size_t kMaxCapabilities = 64;
constexpr int kMaxVersion = std::numeric_limits<int>::max();

Message readHello(base::ObjectReader& in)
{
    Hello hello;
    hello.major = in.integerIn("major", 0, kMaxVersion);
    hello.minor = in.integerIn("minor", 0, kMaxVersion);
    hello.program = in.text("program", "");
    hello.runId = in.text("run_id", "");
    hello.capabilities = in.texts("capabilities", kMaxCapabilities);
    return hello;
}

RequestBody readRequestBody(base::ObjectReader& in)
{
    const std::string name = in.text("request");
    if (name == "status")
        return GetStatus {};
    if (name == "subscribe")
        return Subscribe {};
    if (name == "pause")
        return Pause {};
    if (name == "resume")
        return Resume {};
    if (name == "checkpoint")
        return Checkpoint {};
    if (name == "shutdown")
        return Shutdown {};
    if (name == "audit-ready")
        return AuditReady { in.text("stage") };
    if (name == "set")
        return Set { in.text("name"), in.any("value") };
    if (name == "stop") {
        const std::string mode = in.text("mode", "checkpoint");
        if (mode != "now" && mode != "checkpoint")
            in.fault("mode", fmt::format("is '{}', expected checkpoint or now", mode));
        return Stop { mode == "now" ? StopMode::Now : StopMode::Checkpoint };
    }
    return UnknownRequest { name };
}

Message readReply(base::ObjectReader& in)
{
    Reply reply;
    reply.id = in.integer("id");
    reply.ok = in.boolean("ok");
    reply.error = in.text("error", "");
    reply.result = in.object("result");
    return reply;
}

Progress readProgress(base::ObjectReader& in)
{
    Progress progress;
    progress.stage = in.text("stage", "");
    progress.step = in.integer("step", 0);
    progress.total = in.integer("total", 0);
    progress.tokensPerSecond = in.real("tokens_per_second", 0.0);
    progress.etaSeconds = in.real("eta_s", -1.0);
    return progress;
}

Message readMessage(base::ObjectReader& in)
{
    const std::string type = in.text("type");
    if (type == "hello")
        return readHello(in);
    if (type == "refused")
        return Refused { in.text("reason", "") };
    if (type == "request") {
        const std::int64_t id = in.integer("id");
        return Request { id, readRequestBody(in) };
    }
    if (type == "reply")
        return readReply(in);
    if (type == "heartbeat")
        return Heartbeat { in.integer("time_ms", 0) };
    if (type == "stage")
        return StageChanged { in.text("stage"), in.text("state"), in.text("message", "") };
    if (type == "progress")
        return readProgress(in);
    if (type == "state")
        return StateChanged { in.text("state"), in.text("message", "") };
    return Unknown { type };
}

} // namespace

std::string encode(const Message& message)
{
    const Json json = std::visit([](const auto& one) { return toJson(one); }, message);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

base::Result<Message> decode(std::string_view line)
{
    const std::string place = "control message";
    auto json = base::parseJson(line, place, { .maxBytes = kMaxLineBytes, .maxDepth = kMaxDepth });
    if (!json)
        return json.error();
    if (!json->is_object())
        return base::badInput("is no JSON object", place);
    base::ObjectReader in(*json, place);
    Message message = readMessage(in);
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return message;
}

base::Json statusToJson(const StatusInfo& status)
{
    Json json = Json::object();
    json["state"] = status.state;
    json["message"] = status.message;
    json["run_id"] = status.runId;
    json["pid"] = status.pid;
    json["progress"] = toJson(status.progress);
    json["progress"].erase("type");
    return json;
}

base::Result<StatusInfo> statusFromJson(const base::Json& json)
{
    base::ObjectReader in(json, "status reply");
    StatusInfo status;
    status.state = in.text("state");
    status.message = in.text("message", "");
    status.runId = in.text("run_id", "");
    status.pid = in.integer("pid", 0);
    base::ObjectReader progress(in.object("progress"), "status reply, progress");
    status.progress = readProgress(progress);
    if (base::Status read = in.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    if (base::Status read = progress.finish(base::ObjectReader::Unknown::Keep); !read)
        return read.error();
    return status;
}

base::Result<std::vector<std::string>> LineReader::feed(std::string_view bytes)
{
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (m_partial.size() + piece.size() > m_maxBytes)
            return base::badInput(fmt::format("a line longer than {} bytes", m_maxBytes), "control message");
        m_partial += piece;
        if (end == std::string_view::npos)
            break;
        lines.push_back(std::exchange(m_partial, {}));
        bytes.remove_prefix(end + 1);
    }
    return lines;
}

} // namespace msrl::protocol
