// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/chat_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>

namespace msrl::serve {
namespace {

constexpr const char* kToken = "secret";
constexpr auto kPatience = std::chrono::seconds(30);

// The whole answer of the server on this port.
std::string post(int port, const std::string& body)
{
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const std::string request
        = "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
          "Authorization: Bearer "
        + std::string(kToken) + "\r\nContent-Type: application/json\r\nContent-Length: "
        + std::to_string(body.size()) + "\r\n\r\n" + body;
    EXPECT_EQ(::send(client, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
    std::string answer;
    char bytes[4096];
    for (ssize_t count = 0; (count = ::recv(client, bytes, sizeof bytes, 0)) > 0;)
        answer.append(bytes, static_cast<std::size_t>(count));
    ::close(client);
    return answer;
}

class ChatServerTest : public testing::TestWithParam<const char*>
{
};

// Whoever waits for an answer is told, and nobody holds the server up, whatever the judge throws.
TEST_P(ChatServerTest, endsAlthoughTheJudgeThrows)
{
    auto server = ChatServer::start({ 0, kToken, "m" });
    ASSERT_TRUE(server) << server.error().message();
    auto answer = std::async(std::launch::async, post, (*server)->port(), GetParam());
    const Answerer broken = [](const auto&, std::stop_token) -> std::vector<base::Result<ChatReply>> {
        throw std::runtime_error("out of memory");
    };
    EXPECT_THROW((*server)->run(broken, {}), std::runtime_error);
    ASSERT_EQ(answer.wait_for(kPatience), std::future_status::ready);
    EXPECT_TRUE(answer.get().starts_with("HTTP/1.1 500"));
}

INSTANTIATE_TEST_SUITE_P(WholeAndInPieces, ChatServerTest,
    testing::Values(R"({"messages":[{"role":"user","content":"hi"}]})",
        R"({"stream":true,"messages":[{"role":"user","content":"hi"}]})"));

} // namespace
} // namespace msrl::serve
