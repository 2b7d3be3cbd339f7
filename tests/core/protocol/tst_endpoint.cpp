// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace msrl::protocol {
namespace {

using testing::HasSubstr;

class Wire : public ByteSink
{
public:
    void write(std::string_view bytes) override { m_bytes += bytes; }
    void close() override { m_closed = true; }
    std::string take() { return std::exchange(m_bytes, {}); }
    bool isClosed() const { return m_closed; }

private:
    std::string m_bytes;
    bool m_closed = false;
};

// Two endpoints and the two wires between them; pump() carries bytes in pieces until none are left.
struct Pair
{
    Wire fromEngine;
    Wire fromClient;
    std::string engineClosed;
    std::string clientClosed;
    std::vector<Message> heard;
    std::vector<std::string> asked;
    Endpoint engine;
    Endpoint client;

    explicit Pair(
        Hello engineHello = { 1, 0, "engine", "run1", {} }, Hello clientHello = { 1, 0, "studio", "", {} })
        : engine(std::move(engineHello), fromEngine,
            { .ready = {},
                .request =
                    [this](const Request& request) {
                        asked.push_back(requestName(request.body));
                        return Reply { 0, true, "", base::Json { { "n", asked.size() } } };
                    },
                .notification = {},
                .closed = [this](const std::string& reason) { engineClosed = reason; } })
        , client(std::move(clientHello), fromClient,
              { .ready = {},
                  .request = {},
                  .notification = [this](const Message& message) { heard.push_back(message); },
                  .closed = [this](const std::string& reason) { clientClosed = reason; } })
    {
        engine.start();
        client.start();
    }

    void pump(std::size_t piece = 4096)
    {
        for (;;) {
            const std::string toClient = fromEngine.take();
            const std::string toEngine = fromClient.take();
            if (toClient.empty() && toEngine.empty())
                return;
            for (std::size_t at = 0; at < toClient.size(); at += piece)
                client.receive(std::string_view(toClient).substr(at, piece));
            for (std::size_t at = 0; at < toEngine.size(); at += piece)
                engine.receive(std::string_view(toEngine).substr(at, piece));
        }
    }
};

TEST(Endpoint, everyRequestGetsItsOwnReplyByteByByte)
{
    Pair pair;
    std::vector<std::int64_t> replies;
    for (int i = 0; i < 5; ++i) {
        pair.client.ask(i % 2 == 0 ? RequestBody(Pause {}) : RequestBody(Resume {}), 10,
            [&](const base::Result<Reply>& reply) {
                ASSERT_TRUE(reply);
                replies.push_back(reply->result["n"].get<std::int64_t>());
            });
    }
    EXPECT_TRUE(replies.empty());
    pair.pump(1);
    EXPECT_EQ(replies, (std::vector<std::int64_t> { 1, 2, 3, 4, 5 }));
    EXPECT_EQ(pair.asked, (std::vector<std::string> { "pause", "resume", "pause", "resume", "pause" }));
}

TEST(Endpoint, anotherMajorVersionIsRefusedInWords)
{
    Pair pair({ 1, 0, "engine 1", "run1", {} }, { 2, 4, "studio 2", "", {} });
    base::Result<Reply> reply = Reply {};
    pair.client.ask(Pause {}, 10, [&](const base::Result<Reply>& one) { reply = one; });
    pair.pump();
    EXPECT_TRUE(pair.asked.empty());
    EXPECT_TRUE(pair.fromEngine.isClosed());
    EXPECT_THAT(pair.engineClosed, HasSubstr("2.4"));
    EXPECT_FALSE(pair.clientClosed.empty());
    EXPECT_FALSE(reply);
}

TEST(Endpoint, aNewerMinorVersionIsWelcome)
{
    Pair pair({ 1, 9, "engine", "run1", {} });
    pair.pump();
    EXPECT_TRUE(pair.client.isReady());
    EXPECT_TRUE(pair.engine.isReady());
}

TEST(Endpoint, aClientThatMeansAnotherRunIsRefused)
{
    Pair pair({ 1, 0, "engine", "run1", {} }, { 1, 0, "studio", "run2", {} });
    pair.pump();
    EXPECT_THAT(pair.engineClosed, HasSubstr("run1"));
}

TEST(Endpoint, nothingCountsBeforeHello)
{
    Wire wire;
    int requests = 0;
    Endpoint engine({}, wire,
        { .ready = {},
            .request = [&](const Request&) { return ++requests, Reply {}; },
            .notification = {},
            .closed = {} });
    engine.receive("{\"type\":\"request\",\"id\":1,\"request\":\"shutdown\"}\n");
    EXPECT_EQ(requests, 0);
    EXPECT_TRUE(wire.isClosed());
}

TEST(Endpoint, damagedOrEndlessInputClosesTheConnection)
{
    for (const std::string& input : { std::string("nonsense\n"), std::string(kMaxLineBytes + 1, 'x') }) {
        Pair pair;
        pair.pump();
        pair.engine.receive(input);
        EXPECT_TRUE(pair.fromEngine.isClosed());
        EXPECT_FALSE(pair.engineClosed.empty());
        pair.engine.receive("more\n"); // and nothing happens
    }
}

TEST(Endpoint, unknownTypesAreIgnoredAndUnknownRequestsAnswered)
{
    Pair pair;
    pair.pump();
    pair.engine.receive("{\"type\":\"weather\"}\n{\"type\":\"request\",\"id\":77,\"request\":\"dance\"}\n");
    EXPECT_THAT(pair.fromEngine.take(), HasSubstr("unknown request 'dance'"));
    EXPECT_TRUE(pair.engine.isReady());
}

TEST(Endpoint, aReplyThatDoesNotComeIsToldOnce)
{
    Pair pair;
    int calls = 0;
    std::optional<base::Error> error;
    pair.client.ask(Pause {}, 10, [&](const base::Result<Reply>& reply) {
        ++calls;
        error = reply.error();
    });
    pair.client.expire(9.9);
    EXPECT_EQ(calls, 0);
    pair.client.expire(10);
    EXPECT_EQ(calls, 1);
    pair.pump(); // the late reply
    pair.client.streamEnded("gone");
    EXPECT_EQ(calls, 1);
    EXPECT_THAT(error->message(), HasSubstr("in time"));
}

TEST(Endpoint, notificationsArriveInOrder)
{
    Pair pair;
    pair.engine.send(Heartbeat { 1 }); // before the handshake: dropped
    pair.pump();
    pair.engine.send(Heartbeat { 2 });
    pair.engine.send(Progress { "rl", 1, 2, 0, 0 });
    pair.pump(3);
    EXPECT_EQ(pair.heard, (std::vector<Message> { Heartbeat { 2 }, Progress { "rl", 1, 2, 0, 0 } }));
}

} // namespace
} // namespace msrl::protocol
