// SPDX-License-Identifier: GPL-3.0-or-later
// One end of a control connection, independent of how the bytes travel: handshake, requests and their
// replies, notifications. The engine's server, its command-line client and the studio all use it.
#pragma once

#include "core/base/result.h"
#include "core/protocol/codec.h"
#include "core/protocol/messages.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace msrl::protocol {

// Where an endpoint's bytes go. write() takes everything; close() is called at most once, after the last
// write.
class ByteSink
{
public:
    virtual ~ByteSink() = default;
    virtual void write(std::string_view bytes) = 0;
    virtual void close() = 0;
};

// What an endpoint tells its owner. The owner must not destroy the endpoint from within a call.
struct EndpointHandler
{
    std::function<void(const Hello& theirs)> ready;
    // The reply's id is filled in. Without it, every request is answered with an error.
    std::function<Reply(const Request& request)> request;
    std::function<void(const Message& message)> notification;
    // Once: the stream ended, or this end closed it. `reason` is one sentence.
    std::function<void(const std::string& reason)> closed;
};

// One owner thread. REQUIRES: `sink` outlives the endpoint.
class Endpoint
{
public:
    Endpoint(Hello own, ByteSink& sink, EndpointHandler handler);

    void start(); // says hello
    void receive(std::string_view bytes);
    void streamEnded(const std::string& reason);

    using OnReply = std::function<void(const base::Result<Reply>& reply)>;
    // `deadline` on base::monotonicSeconds(). Before the handshake is done the request waits for it.
    // `onReply` is called exactly once: with the reply, or with an error when the time is over or the
    // connection ends.
    void ask(const RequestBody& body, double deadline, OnReply onReply);
    void expire(double now);
    void send(const Message& notification); // dropped before the handshake is done and after the end

    bool isReady() const { return m_ready && !m_closed; }
    bool isClosed() const { return m_closed; }

private:
    struct Pending
    {
        std::string name;
        double deadline = 0;
        OnReply onReply;
    };

    void take(const Message& message);
    void takeHello(const Hello& hello);
    void takeReply(const Reply& reply);
    void answer(const Request& request);
    void refuse(const std::string& reason);
    void close(const std::string& reason);

    Hello m_own;
    ByteSink& m_sink;
    EndpointHandler m_handler;
    LineReader m_lines;
    std::map<std::int64_t, Pending> m_pending;
    std::string m_unsent; // requests that wait for the handshake
    std::int64_t m_nextId = 1;
    bool m_ready = false;
    bool m_closed = false;
};

} // namespace msrl::protocol
