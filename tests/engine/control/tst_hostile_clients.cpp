// SPDX-License-Identifier: GPL-3.0-or-later
// Clients that send rubbish, do not read, or belong to somebody else: none of them gets in anybody's way.
#include "engine/control/control_client.h"
#include "tests/engine/control/raw_client.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <random>
#include <thread>

namespace msrl::control {
namespace {

using testing::HasSubstr;

std::string conversation()
{
    return protocol::encode(protocol::Hello {})
        + protocol::encode(protocol::Request { 1, protocol::GetStatus {} })
        + protocol::encode(protocol::Request { 2, protocol::Set { "lr", 0.5 } })
        + protocol::encode(protocol::Request { 3, protocol::Subscribe {} });
}

// Bytes changed, cut out, doubled, or all of them random.
std::string mutated(std::string bytes, std::mt19937& random)
{
    const auto below
        = [&random](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    if (below(8) == 0) {
        bytes.assign(1 + below(4000), '\0');
        for (char& byte : bytes)
            byte = static_cast<char>(below(256));
        return bytes;
    }
    for (std::size_t changes = 1 + below(6); changes > 0; --changes) {
        const std::size_t at = below(bytes.size());
        switch (below(4)) {
        case 0:
            bytes[at] = static_cast<char>(below(256));
            break;
        case 1:
            bytes.erase(at, 1 + below(20));
            break;
        case 2:
            bytes.insert(at, bytes.substr(at, 1 + below(60)));
            break;
        default:
            bytes.insert(at, std::string(1, "\n\"{}[]:,\\0"[below(10)]));
        }
        if (bytes.empty())
            bytes = "\n";
    }
    return bytes;
}

TEST(HostileClients, mutatedConversationsEndThemselvesOnly)
{
    Engine engine;
    std::mt19937 random(20);
    RawClient faithful(engine.socket);
    faithful.write(protocol::encode(protocol::Hello {}));
    ASSERT_TRUE(faithful.line());
    for (int round = 1; round <= 400; ++round) {
        RawClient hostile(engine.socket);
        ASSERT_TRUE(hostile.isConnected());
        const std::string bytes = mutated(conversation(), random);
        // In pieces, as a stream may arrive.
        const std::size_t cut = bytes.size() / 2;
        hostile.throwAt(std::string_view(bytes).substr(0, cut));
        hostile.throwAt(std::string_view(bytes).substr(cut));
        if (round % 20 == 0) {
            faithful.write(protocol::encode(protocol::Request { round, protocol::GetStatus {} }));
            EXPECT_THAT(faithful.line().value_or(""), HasSubstr("\"ok\":true")) << round;
        }
    }
}

TEST(HostileClients, aReaderThatSleepsIsDroppedAndNobodyWaits)
{
    Engine engine;
    RawClient sleeper(engine.socket);
    sleeper.write(protocol::encode(protocol::Hello {})
        + protocol::encode(protocol::Request { 1, protocol::Subscribe {} }));
    ASSERT_TRUE(sleeper.line());
    ASSERT_TRUE(sleeper.line());
    // More than a socket and the server's own buffer hold; the stage loop is not held up by it.
    const std::string note(1000, 'x');
    for (int i = 0; i < 12'000; ++i) {
        engine.state.publishStage("rl", store::StageState::Running, note);
        if (i % 1000 == 0) {
            ASSERT_TRUE(request(engine.socket, protocol::GetStatus {}));
        }
    }
    int heard = 0;
    while (sleeper.line()) // ends because the engine has let it go
        ++heard;
    EXPECT_LT(heard, 12'000);
    EXPECT_TRUE(request(engine.socket, protocol::GetStatus {}));
}

class AnotherUser : public testing::Test
{
protected:
    void SetUp() override
    {
        if (::getuid() != 0)
            GTEST_SKIP() << "only root can be somebody else";
    }

    // Runs as "nobody"; what `work` returns is the exit code.
    template <class Work> static int asNobody(Work work)
    {
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(::setgid(65534) == 0 && ::setuid(65534) == 0 ? work() : 99);
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
};

TEST_F(AnotherUser, doesNotGetInByTheSocketsMode)
{
    const Engine engine;
    ASSERT_EQ(::chmod(engine.folder.path().c_str(), 0755), 0);
    EXPECT_EQ(asNobody([&] { return RawClient(engine.socket).isConnected() ? 1 : 0; }), 0);
}

// Whatever became of the file's mode: the kernel tells who asks.
TEST_F(AnotherUser, isNotHeardEvenWhereTheFileLetsHimIn)
{
    const Engine engine;
    ASSERT_EQ(::chmod(engine.folder.path().c_str(), 0755), 0);
    ASSERT_EQ(::chmod(engine.socket.c_str(), 0666), 0);
    EXPECT_EQ(asNobody([&] {
        RawClient client(engine.socket);
        if (!client.isConnected())
            return 2;
        client.throwAt(conversation());
        return client.line() ? 1 : 0; // closed without a word
    }),
        0);
    EXPECT_TRUE(request(engine.socket, protocol::GetStatus {}));
}

TEST_F(AnotherUser, isNotTalkedToWhereAnEngineShouldBe)
{
    const tests::TemporaryFolder folder;
    ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
    const std::filesystem::path trap = folder / "trap.sock";
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, trap.c_str());
        const bool listens = ::setuid(65534) == 0
            && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0
            && ::listen(fd, 1) == 0;
        const ssize_t told = ::write(ready[1], listens ? "y" : "n", 1);
        while (told == 1)
            ::pause();
        ::_exit(1);
    }
    char word = 0;
    ASSERT_EQ(::read(ready[0], &word, 1), 1);
    ASSERT_EQ(word, 'y');
    const auto reply = request(trap, protocol::Shutdown {});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (const int end : ready)
        ::close(end);
    ASSERT_FALSE(reply);
    EXPECT_THAT(reply.error().message(), HasSubstr("another user"));
}

} // namespace
} // namespace msrl::control
