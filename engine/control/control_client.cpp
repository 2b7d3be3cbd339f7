// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control/control_client.h"

#include "core/base/clock.h"
#include "core/base/peer.h"
#include "core/base/version.h"
#include "core/protocol/endpoint.h"
#include "engine/control/socket.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace msrl::control {

namespace {

struct SocketSink : protocol::ByteSink
{
    explicit SocketSink(int socket)
        : fd(socket)
    {
    }
    // A request is far smaller than the socket's buffer, so a blocking send does not block.
    void write(std::string_view bytes) override
    {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR)
                continue;
            if (sent <= 0)
                return; // the reading side notices
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void close() override { ::shutdown(fd, SHUT_RDWR); }

    int fd;
};

} // namespace

base::Result<protocol::Reply> request(const std::filesystem::path& socket, const protocol::RequestBody& body,
    std::chrono::milliseconds deadline)
{
    const auto address = socketAddress(socket);
    if (!address)
        return address.error();
    const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd.get() < 0
        || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0)
        return base::failed(std::string("no engine answers: ") + std::strerror(errno), socket.string(),
            "the run may have ended; see its run.json");
    if (!base::isTrustedPeer(fd.get()))
        return base::failed("another user listens there", socket.string(), "it is no engine of yours");
    SocketSink sink(fd.get());
    std::string closedReason;
    protocol::EndpointHandler handler;
    handler.closed = [&closedReason](const std::string& reason) { closedReason = reason; };
    protocol::Hello hello;
    hello.program = std::string("msrl-engine ") + base::kVersion;
    protocol::Endpoint endpoint(hello, sink, std::move(handler));
    endpoint.start();
    std::optional<base::Result<protocol::Reply>> outcome;
    const double end = base::monotonicSeconds() + static_cast<double>(deadline.count()) / 1000.0;
    endpoint.ask(body, end, [&outcome](const base::Result<protocol::Reply>& reply) { outcome = reply; });
    while (!outcome) {
        pollfd waiting { fd.get(), POLLIN, 0 };
        const double left = end - base::monotonicSeconds();
        ::poll(&waiting, 1, std::max(0, static_cast<int>(left * 1000) + 1));
        endpoint.expire(base::monotonicSeconds());
        if (outcome || (waiting.revents & (POLLIN | POLLHUP | POLLERR)) == 0)
            continue;
        char buffer[1 << 16];
        const ssize_t count = ::recv(fd.get(), buffer, sizeof buffer, 0);
        if (count > 0)
            endpoint.receive(std::string_view(buffer, static_cast<std::size_t>(count)));
        else if (count == 0 || errno != EINTR)
            endpoint.streamEnded("the engine closed it");
    }
    if (!*outcome)
        return base::within(outcome->error(), socket.string());
    return *outcome;
}

} // namespace msrl::control
