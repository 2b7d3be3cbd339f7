// SPDX-License-Identifier: GPL-3.0-or-later
// A control server with its state, and a client that sends what no program of ours would.
#pragma once

#include "core/protocol/codec.h"
#include "engine/control/control_server.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace msrl::control {

struct Engine
{
    tests::TemporaryFolder folder;
    std::filesystem::path socket = folder / "c.sock";
    ControlState state;
    std::unique_ptr<ControlServer> server;

    Engine()
    {
        protocol::Hello hello;
        hello.program = "msrl-engine test";
        hello.runId = "run1";
        auto started = ControlServer::start(socket, hello, state);
        EXPECT_TRUE(started);
        server = std::move(*started);
    }
};

// A client without any of the code under test but the codec.
class RawClient
{
public:
    explicit RawClient(const std::filesystem::path& socket)
        : m_fd(::socket(AF_UNIX, SOCK_STREAM, 0))
    {
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, socket.c_str());
        m_connected = ::connect(m_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient() { ::close(m_fd); }

    bool isConnected() const { return m_connected; }
    void write(std::string_view bytes)
    {
        EXPECT_EQ(::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    }
    // Without caring whether anybody takes it.
    void throwAt(std::string_view bytes)
    {
        ::send(m_fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    // The next line, or nothing when the engine closed the connection.
    std::optional<std::string> line()
    {
        std::string text;
        char c = 0;
        while (::recv(m_fd, &c, 1, 0) == 1) {
            if (c == '\n')
                return text;
            text += c;
        }
        return std::nullopt;
    }

private:
    int m_fd;
    bool m_connected = false;
};

} // namespace msrl::control
