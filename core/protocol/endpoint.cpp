// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/endpoint.h"

#include <fmt/format.h>

namespace msrl::protocol {

Endpoint::Endpoint(Hello own, ByteSink& sink, EndpointHandler handler)
    : m_own(std::move(own))
    , m_sink(sink)
    , m_handler(std::move(handler))
{
}

void Endpoint::start()
{
    m_sink.write(encode(m_own));
}

void Endpoint::receive(std::string_view bytes)
{
    if (m_closed)
        return;
    const auto lines = m_lines.feed(bytes);
    if (!lines) {
        close(lines.error().message());
        return;
    }
    for (const std::string& line : *lines) {
        if (m_closed)
            return;
        const auto message = decode(line);
        if (!message) {
            close(message.error().message());
            return;
        }
        take(*message);
    }
}

void Endpoint::take(const Message& message)
{
    if (const auto* hello = std::get_if<Hello>(&message)) {
        takeHello(*hello);
        return;
    }
    if (const auto* refused = std::get_if<Refused>(&message)) {
        close("refused by the other side: " + refused->reason);
        return;
    }
    if (!m_ready) {
        refuse("the first message must be hello");
        return;
    }
    if (const auto* request = std::get_if<Request>(&message))
        answer(*request);
    else if (const auto* reply = std::get_if<Reply>(&message))
        takeReply(*reply);
    else if (!std::holds_alternative<Unknown>(message) && m_handler.notification)
        m_handler.notification(message);
}

void Endpoint::takeHello(const Hello& hello)
{
    if (m_ready) {
        refuse("hello was said twice");
        return;
    }
    if (hello.major != m_own.major) {
        refuse(fmt::format("protocol {}.{} ({}) and {}.{} ({}) do not understand each other", m_own.major,
            m_own.minor, m_own.program, hello.major, hello.minor, hello.program));
        return;
    }
    if (!hello.runId.empty() && !m_own.runId.empty() && hello.runId != m_own.runId) {
        refuse(fmt::format("this is run {}, not {}", m_own.runId, hello.runId));
        return;
    }
    m_ready = true;
    if (m_handler.ready)
        m_handler.ready(hello);
    if (!m_closed && !m_unsent.empty())
        m_sink.write(std::exchange(m_unsent, {}));
}

void Endpoint::answer(const Request& request)
{
    Reply reply;
    if (const auto* unknown = std::get_if<UnknownRequest>(&request.body)) {
        reply.ok = false;
        reply.error = fmt::format("unknown request '{}'", unknown->type);
    } else if (!m_handler.request) {
        reply.ok = false;
        reply.error = "this side answers no requests";
    } else {
        reply = m_handler.request(request);
    }
    reply.id = request.id;
    if (!m_closed)
        m_sink.write(encode(reply));
}

void Endpoint::takeReply(const Reply& reply)
{
    // One that is too late, or to nothing, is ignored: its asker was told already.
    auto pending = m_pending.extract(reply.id);
    if (!pending.empty())
        pending.mapped().onReply(reply);
}

void Endpoint::ask(const RequestBody& body, double deadline, OnReply onReply)
{
    if (m_closed) {
        onReply(base::failed("the connection to the engine is closed", requestName(body)));
        return;
    }
    const std::int64_t id = m_nextId++;
    m_pending.emplace(id, Pending { requestName(body), deadline, std::move(onReply) });
    const std::string line = encode(Request { id, body });
    if (m_ready)
        m_sink.write(line);
    else
        m_unsent += line;
}

void Endpoint::expire(double now)
{
    for (auto it = m_pending.begin(); it != m_pending.end();) {
        if (it->second.deadline > now) {
            ++it;
            continue;
        }
        const Pending late = std::move(it->second);
        it = m_pending.erase(it);
        late.onReply(base::failed("no reply from the engine in time", late.name));
    }
}

void Endpoint::send(const Message& notification)
{
    if (isReady())
        m_sink.write(encode(notification));
}

void Endpoint::refuse(const std::string& reason)
{
    m_sink.write(encode(Refused { reason }));
    close(reason);
}

void Endpoint::close(const std::string& reason)
{
    if (m_closed)
        return;
    m_sink.close();
    streamEnded(reason);
}

void Endpoint::streamEnded(const std::string& reason)
{
    if (std::exchange(m_closed, true))
        return;
    for (auto& [id, pending] : std::exchange(m_pending, {}))
        pending.onReply(base::failed("the connection ended: " + reason, pending.name));
    if (m_handler.closed)
        m_handler.closed(reason);
}

} // namespace msrl::protocol
