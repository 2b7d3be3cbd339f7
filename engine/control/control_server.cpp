// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control/control_server.h"

#include "core/base/clock.h"
#include "core/base/peer.h"
#include "core/protocol/endpoint.h"
#include "engine/control/request_answers.h"
#include "engine/control/socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

namespace msrl::control {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMaxWaitingBytes = std::size_t { 4 } << 20;
constexpr std::size_t kMaxClients = 64;
constexpr double kHeartbeatSeconds = 1;
constexpr double kAcceptAgainSeconds = 0.2;

} // namespace

struct ControlServer::Impl
{
    struct Client : protocol::ByteSink
    {
        Descriptor fd;
        std::string waiting;
        bool subscribed = false;
        bool ended = false; // nothing more is read; what waits is still sent
        bool dropped = false;
        double helloUntil = 0; // base::monotonicSeconds()
        std::unique_ptr<protocol::Endpoint> endpoint;

        explicit Client(int socket)
            : fd(socket)
        {
        }
        void write(std::string_view bytes) override
        {
            if (waiting.size() + bytes.size() > kMaxWaitingBytes)
                dropped = true;
            else
                waiting += bytes;
        }
        void close() override { ended = true; }

        void flush()
        {
            while (!waiting.empty()) {
                const ssize_t sent = ::send(fd.get(), waiting.data(), waiting.size(), MSG_NOSIGNAL);
                if (sent < 0 && errno == EINTR)
                    continue;
                if (sent < 0) {
                    dropped = dropped || (errno != EAGAIN && errno != EWOULDBLOCK);
                    return;
                }
                waiting.erase(0, static_cast<std::size_t>(sent));
            }
        }

        void read()
        {
            char buffer[1 << 16];
            const ssize_t count = ::recv(fd.get(), buffer, sizeof buffer, 0);
            if (count > 0)
                endpoint->receive(std::string_view(buffer, static_cast<std::size_t>(count)));
            else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
                dropped = true;
        }
    };

    fs::path path;
    protocol::Hello hello;
    ControlState& state;
    Descriptor listener { -1 };
    Descriptor wakeRead { -1 };
    Descriptor wakeWrite { -1 };
    std::vector<std::unique_ptr<Client>> clients; // of the thread
    std::mutex mutex;
    std::vector<protocol::Message> published; // guarded by mutex
    double patience = 0; // seconds until a client's hello
    double acceptAgain = 0; // no connection is taken before; when there was none to be had
    std::atomic<bool> quit { false };
    std::thread thread;

    Impl(fs::path file, protocol::Hello own, ControlState& control)
        : path(std::move(file))
        , hello(std::move(own))
        , state(control)
    {
    }

    void wake()
    {
        const char byte = 0;
        // A full pipe wakes as well as one more byte.
        static_cast<void>(!::write(wakeWrite.get(), &byte, 1));
    }

    void publish(const protocol::Message& message)
    {
        {
            const std::lock_guard lock(mutex);
            // Only the newest progress of a stage matters to whoever has not been served yet.
            if (!published.empty() && std::holds_alternative<protocol::Progress>(message)
                && std::holds_alternative<protocol::Progress>(published.back()))
                published.back() = message;
            else
                published.push_back(message);
        }
        wake();
    }

    protocol::Reply answer(Client& client, const protocol::Request& request)
    {
        if (std::holds_alternative<protocol::Subscribe>(request.body))
            client.subscribed = true;
        return answerRequest(request.body, hello.runId, state);
    }

    void accept()
    {
        for (;;) {
            const int fd = ::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
                continue;
            if (fd < 0) {
                // Without descriptors or memory the listener stays readable: asking on would spin.
                if (errno != EAGAIN && errno != EWOULDBLOCK)
                    acceptAgain = base::monotonicSeconds() + kAcceptAgainSeconds;
                return;
            }
            auto client = std::make_unique<Client>(fd);
            if (clients.size() >= kMaxClients || !base::isTrustedPeer(fd))
                continue; // closed at once: the one who asks sees the connection end
            client->helloUntil = base::monotonicSeconds() + patience;
            Client& self = *client;
            protocol::EndpointHandler handler;
            handler.request
                = [this, &self](const protocol::Request& request) { return answer(self, request); };
            client->endpoint = std::make_unique<protocol::Endpoint>(hello, self, std::move(handler));
            client->endpoint->start();
            clients.push_back(std::move(client));
        }
    }

    void tellSubscribers()
    {
        std::vector<protocol::Message> news;
        {
            const std::lock_guard lock(mutex);
            news.swap(published);
        }
        for (const protocol::Message& message : news) {
            for (const auto& client : clients) {
                if (client->subscribed && !client->ended)
                    client->endpoint->send(message);
            }
        }
    }

    void dropTheSilent()
    {
        const double now = base::monotonicSeconds();
        for (const auto& client : clients) {
            if (!client->endpoint->isReady() && now >= client->helloUntil)
                client->dropped = true;
        }
    }

    // Until `then` or an earlier time at which something is due.
    void waitForSomething(double then, std::vector<pollfd>& fds)
    {
        const double now = base::monotonicSeconds();
        const bool accepts = now >= acceptAgain;
        if (!accepts)
            then = std::min(then, acceptAgain);
        fds.clear();
        fds.push_back({ listener.get(), static_cast<short>(accepts ? POLLIN : 0), 0 });
        fds.push_back({ wakeRead.get(), POLLIN, 0 });
        for (const auto& client : clients) {
            const auto events = (client->ended ? 0 : POLLIN) | (client->waiting.empty() ? 0 : POLLOUT);
            fds.push_back({ client->fd.get(), static_cast<short>(events), 0 });
            if (!client->endpoint->isReady())
                then = std::min(then, client->helloUntil);
        }
        ::poll(fds.data(), fds.size(), std::max(0, static_cast<int>((then - now) * 1000) + 1));
    }

    void run()
    {
        std::vector<pollfd> fds;
        double nextHeartbeat = base::monotonicSeconds() + kHeartbeatSeconds;
        while (!quit) {
            waitForSomething(nextHeartbeat, fds);
            char bytes[256];
            while (::read(wakeRead.get(), bytes, sizeof bytes) > 0) { }
            const std::size_t known = clients.size();
            for (std::size_t i = 0; i < known; ++i) {
                const short events = fds[i + 2].revents;
                if ((events & (POLLIN | POLLHUP | POLLERR)) != 0)
                    clients[i]->ended ? void(clients[i]->dropped = true) : clients[i]->read();
            }
            if ((fds[0].revents & POLLIN) != 0)
                accept();
            if (base::monotonicSeconds() >= nextHeartbeat) {
                nextHeartbeat = base::monotonicSeconds() + kHeartbeatSeconds;
                publish(protocol::Heartbeat { base::nowMs() });
            }
            tellSubscribers();
            dropTheSilent();
            for (const auto& client : clients)
                client->flush();
            std::erase_if(clients, [](const auto& client) {
                return client->dropped || (client->ended && client->waiting.empty());
            });
        }
        tellSubscribers();
        for (const auto& client : clients)
            client->flush();
        clients.clear();
    }
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl)
    : m_impl(std::move(impl))
{
}

ControlServer::~ControlServer()
{
    m_impl->state.setListener({});
    m_impl->quit = true;
    m_impl->wake();
    m_impl->thread.join();
    ::unlink(m_impl->path.c_str());
}

base::Result<std::unique_ptr<ControlServer>> ControlServer::start(const fs::path& socket,
    const protocol::Hello& hello, ControlState& state, std::chrono::milliseconds patience)
{
    auto impl = std::make_unique<Impl>(socket, hello, state);
    impl->patience = std::chrono::duration<double>(patience).count();
    const auto address = socketAddress(socket);
    if (!address)
        return address.error();
    const auto fault = [&socket](const char* what) {
        return base::failed(fmt::format("{}: {}", what, std::strerror(errno)), socket.string());
    };
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return fault("cannot make a pipe");
    impl->wakeRead = Descriptor(ends[0]);
    impl->wakeWrite = Descriptor(ends[1]);
    impl->listener = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (impl->listener.get() < 0)
        return fault("cannot make a socket");
    // Left behind by a killed engine of the same run, whose folder the caller has claimed.
    ::unlink(socket.c_str());
    // The mode of the socket file is taken from the descriptor's at bind time.
    if (::fchmod(impl->listener.get(), 0600) != 0
        || ::bind(impl->listener.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0
        || ::chmod(socket.c_str(), 0600) != 0 || ::listen(impl->listener.get(), SOMAXCONN) != 0)
        return fault("cannot listen");
    Impl* raw = impl.get();
    state.setListener([raw](const protocol::Message& message) { raw->publish(message); });
    impl->thread = std::thread([raw] { raw->run(); });
    return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
}

const fs::path& ControlServer::socket() const
{
    return m_impl->path;
}

} // namespace msrl::control
