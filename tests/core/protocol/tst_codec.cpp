// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/codec.h"

#include <gtest/gtest.h>

namespace msrl::protocol {
namespace {

const std::vector<Message>& everyMessage()
{
    static const std::vector<Message> messages {
        Hello { 1, 3, "msrl-engine 0.1.0", "00ff", { "pause", "set" } },
        Refused { "protocol 2" },
        Request { 1, GetStatus {} },
        Request { 2, Subscribe {} },
        Request { 3, Pause {} },
        Request { 4, Resume {} },
        Request { 5, Stop { StopMode::Checkpoint } },
        Request { 6, Stop { StopMode::Now } },
        Request { 7, Checkpoint {} },
        Request { 8, Set { "lr", 1e-6 } },
        Request { 9, AuditReady { "gate" } },
        Request { 10, Shutdown {} },
        Reply { 11, true, "", base::Json { { "state", "running" } } },
        Reply { 12, false, "no such parameter", base::Json::object() },
        Heartbeat { 1700000000000 },
        StageChanged { "rl", "running", "" },
        Progress { "rl", 3, 10, 1234.5, 60.25 },
        StateChanged { "awaiting-audit", "2 items \"open\"\nä" },
    };
    return messages;
}

TEST(Codec, everyMessageRoundTrips)
{
    for (const Message& message : everyMessage()) {
        const std::string line = encode(message);
        EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
        const auto decoded = decode(std::string_view(line).substr(0, line.size() - 1));
        ASSERT_TRUE(decoded) << line;
        EXPECT_EQ(*decoded, message) << line;
    }
}

// The wire is a contract with other versions: these lines never change.
TEST(Codec, writesTheDocumentedLines)
{
    EXPECT_EQ(encode(Request { 5, Stop { StopMode::Checkpoint } }),
        "{\"type\":\"request\",\"id\":5,\"request\":\"stop\",\"mode\":\"checkpoint\"}\n");
    EXPECT_EQ(encode(Hello { 1, 0, "msrl-engine 0.1.0", "00ff", { "set" } }),
        "{\"type\":\"hello\",\"major\":1,\"minor\":0,\"program\":\"msrl-engine 0.1.0\",\"run_id\":\"00ff\","
        "\"capabilities\":[\"set\"]}\n");
    EXPECT_EQ(encode(Progress { "rl", 3, 10, 0.5, -1 }),
        "{\"type\":\"progress\",\"stage\":\"rl\",\"step\":3,\"total\":10,\"tokens_per_second\":0.5,"
        "\"eta_s\":-1.0}\n");
}

TEST(Codec, passesOverWhatItDoesNotKnow)
{
    EXPECT_EQ(*decode(R"({"type":"weather","rain":true})"), Message(Unknown { "weather" }));
    EXPECT_EQ(*decode(R"({"type":"request","id":4,"request":"dance"})"),
        Message(Request { 4, UnknownRequest { "dance" } }));
    EXPECT_EQ(*decode(R"({"type":"heartbeat","time_ms":5,"new":[1]})"), Message(Heartbeat { 5 }));
}

TEST(Codec, refusesDamagedLines)
{
    for (const char* line : { "", "7", "[]", "{}", "{\"type\":1}", "{\"type\":\"hello\"}",
             "{\"type\":\"request\"", R"({"type":"request","id":"x","request":"pause"})",
             R"({"type":"request","id":1,"request":"stop","mode":"later"})", R"({"type":"reply","id":1})",
             R"({"type":"hello","major":4294967297,"minor":0})", R"({"type":"hello","major":1,"minor":-1})",
             R"({"type":"hello","major":1,"minor":0,"capabilities":["set",1]})" })
        EXPECT_FALSE(decode(line)) << line;
    Hello hello;
    hello.capabilities.resize(64, "set");
    EXPECT_TRUE(decode(encode(hello)));
    hello.capabilities.emplace_back("set");
    EXPECT_FALSE(decode(encode(hello)));
    EXPECT_FALSE(decode(std::string(100, '[')));
    const std::string whole = encode(everyMessage().front());
    for (std::size_t size = 0; size + 2 < whole.size(); ++size)
        EXPECT_FALSE(decode(std::string_view(whole).substr(0, size)));
}

TEST(Codec, statusRoundTrips)
{
    const StatusInfo status { "running", "", Progress { "rl", 3, 10, 99.5, 12 }, "00ff", 4711 };
    const auto read = statusFromJson(statusToJson(status));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, status);
}

TEST(LineReader, pieceSizeDoesNotMatter)
{
    std::string stream;
    for (const Message& message : everyMessage())
        stream += encode(message);
    for (const std::size_t size :
        { std::size_t { 1 }, std::size_t { 2 }, std::size_t { 7 }, std::size_t { 64 }, stream.size() }) {
        LineReader reader;
        std::vector<Message> read;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            const auto lines = reader.feed(std::string_view(stream).substr(at, size));
            ASSERT_TRUE(lines);
            for (const std::string& line : *lines)
                read.push_back(*decode(line));
        }
        EXPECT_EQ(read, everyMessage());
    }
}

TEST(LineReader, refusesALineThatIsTooLong)
{
    LineReader reader(10);
    EXPECT_EQ(reader.feed("0123456789\n0123")->size(), 1U);
    EXPECT_TRUE(reader.feed("456789"));
    EXPECT_FALSE(reader.feed("x")); // before its end has come
}

} // namespace
} // namespace msrl::protocol
