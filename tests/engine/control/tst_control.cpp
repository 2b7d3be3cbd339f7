// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/codec.h"
#include "engine/control/control_client.h"
#include "engine/control/control_server.h"
#include "tests/engine/control/raw_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

namespace msrl::control {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(ControlServer, onlyTheOwnerMayConnect)
{
    const Engine engine;
    struct stat info
    {
    };
    ASSERT_EQ(::stat(engine.socket.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST(ControlServer, requestsReachTheStageLoop)
{
    Engine engine;
    EXPECT_TRUE(request(engine.socket, protocol::Pause {}));
    EXPECT_TRUE(engine.state.pauseRequested());
    EXPECT_TRUE(request(engine.socket, protocol::Resume {}));
    EXPECT_FALSE(engine.state.pauseRequested());
    EXPECT_TRUE(request(engine.socket, protocol::Checkpoint {}));
    EXPECT_TRUE(engine.state.waitForCheckpointRequest());
    EXPECT_FALSE(engine.state.waitForCheckpointRequest());
    EXPECT_TRUE(request(engine.socket, protocol::AuditReady { "gate" }));
    EXPECT_TRUE(engine.state.auditReady("gate"));
    EXPECT_FALSE(engine.state.auditReady("other"));
    EXPECT_TRUE(request(engine.socket, protocol::Stop { protocol::StopMode::Now }));
    EXPECT_TRUE(request(engine.socket, protocol::Stop { protocol::StopMode::Checkpoint }));
    EXPECT_EQ(engine.state.stopRequested(), StopRequest::Now); // never milder
}

TEST(ControlServer, liveParametersAreCheckedBeforeTheyCount)
{
    Engine engine;
    auto reply = request(engine.socket, protocol::Set { "lr", 0.5 });
    ASSERT_TRUE(reply);
    EXPECT_FALSE(reply->ok); // nothing may change yet
    engine.state.setValidator([](const std::string& name, const base::Json& value) -> base::Status {
        if (name != "lr" || !value.is_number() || value.get<double>() > 1)
            return base::badInput("must be at most 1", name);
        return {};
    });
    EXPECT_TRUE(request(engine.socket, protocol::Set { "lr", 0.5 })->ok);
    EXPECT_THAT(request(engine.socket, protocol::Set { "lr", 2 })->error, HasSubstr("at most 1"));
    const auto sets = engine.state.takeSets("sft");
    ASSERT_EQ(sets.size(), 1U);
    EXPECT_EQ(sets.at("lr"), 0.5);
}

TEST(ControlState, aChangeWaitsForItsOwnStage)
{
    ControlState state;
    state.requestSet("sft.lr", 0.1);
    state.requestSet("rl.lr", 0.2);
    state.requestSet("lr", 0.3); // for the stage that runs, and newer
    EXPECT_EQ(state.takeSets("sft"), (std::map<std::string, base::Json> { { "lr", 0.3 } }));
    EXPECT_TRUE(state.takeSets("sft").empty());
    EXPECT_EQ(state.takeSets("rl"), (std::map<std::string, base::Json> { { "lr", 0.2 } }));
    EXPECT_TRUE(state.takeSets("rl").empty());
    EXPECT_FALSE(state.hasEnded("sft"));
    state.publishStage("sft", store::StageState::Done);
    EXPECT_TRUE(state.hasEnded("sft"));
}

TEST(ControlServer, statusTellsWhatWasPublished)
{
    Engine engine;
    engine.state.publishPhase(store::RunPhase::AwaitingAudit, "2 of 12 undecided");
    engine.state.publishProgress({ "gate", 3, 12, 0, -1 });
    const auto reply = request(engine.socket, protocol::GetStatus {});
    ASSERT_TRUE(reply);
    const auto status = protocol::statusFromJson(reply->result);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, "awaiting-audit");
    EXPECT_EQ(status->message, "2 of 12 undecided");
    EXPECT_EQ(status->progress.step, 3);
    EXPECT_EQ(status->runId, "run1");
    EXPECT_EQ(status->pid, ::getpid());
}

TEST(ControlServer, subscribersHearProgressAndHeartbeat)
{
    Engine engine;
    RawClient client(engine.socket);
    client.write(protocol::encode(protocol::Hello {})
        + protocol::encode(protocol::Request { 1, protocol::Subscribe {} }));
    EXPECT_TRUE(std::holds_alternative<protocol::Hello>(*protocol::decode(*client.line())));
    EXPECT_TRUE(std::holds_alternative<protocol::Reply>(*protocol::decode(*client.line())));
    engine.state.publishStage("rl", store::StageState::Running);
    engine.state.publishProgress({ "rl", 1, 10, 50, 9 });
    EXPECT_EQ(
        *protocol::decode(*client.line()), protocol::Message(protocol::StageChanged { "rl", "running", "" }));
    EXPECT_EQ(
        *protocol::decode(*client.line()), protocol::Message(protocol::Progress { "rl", 1, 10, 50, 9 }));
    EXPECT_TRUE(std::holds_alternative<protocol::Heartbeat>(*protocol::decode(*client.line())));
}

TEST(ControlServer, damagedInputClosesThatConnectionOnly)
{
    Engine engine;
    RawClient good(engine.socket);
    good.write(protocol::encode(protocol::Hello {}));
    for (const std::string& input :
        { std::string("rubbish\n"), std::string(protocol::kMaxLineBytes + 2, 'x') }) {
        RawClient bad(engine.socket);
        bad.write(protocol::encode(protocol::Hello {}) + input);
        while (bad.line()) { }
    }
    RawClient alien(engine.socket);
    protocol::Hello other;
    other.major = 2;
    alien.write(protocol::encode(other));
    EXPECT_TRUE(alien.line()); // hello
    EXPECT_THAT(*alien.line(), HasSubstr("do not understand"));
    EXPECT_FALSE(alien.line());
    good.write(protocol::encode(protocol::Request { 1, protocol::GetStatus {} }));
    EXPECT_TRUE(good.line());
    EXPECT_THAT(*good.line(), HasSubstr("\"ok\":true"));
}

TEST(ControlServer, aThousandConnectionsLeaveNothingBehind)
{
    Engine engine;
    const auto openFiles
        = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
    ASSERT_TRUE(request(engine.socket, protocol::GetStatus {}));
    const auto before = openFiles();
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(request(engine.socket, protocol::GetStatus {})) << i;
    ASSERT_TRUE(request(engine.socket, protocol::GetStatus {}));
    EXPECT_LE(openFiles(), before + 1); // the last one's end may be seen a moment later
}

TEST(ControlServer, takesOverTheSocketOfAKilledEngine)
{
    Engine first;
    const std::filesystem::path left = first.folder / "left.sock";
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, left.c_str());
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(fd);
    EXPECT_FALSE(request(left, protocol::GetStatus {}));
    ControlState state;
    auto server = ControlServer::start(left, {}, state);
    ASSERT_TRUE(server);
    EXPECT_TRUE(request(left, protocol::GetStatus {}));
    server->reset();
    EXPECT_FALSE(std::filesystem::exists(left));
}

TEST(ControlClient, saysThatNobodyAnswers)
{
    const tests::TemporaryFolder folder;
    const auto absent = request(folder / "none.sock", protocol::GetStatus {});
    ASSERT_FALSE(absent);
    EXPECT_THAT(absent.error().message(), HasSubstr("no engine answers"));
    EXPECT_FALSE(request(folder / std::string(200, 'x'), protocol::GetStatus {}));
    // Somebody listens and says nothing.
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (folder / "mute.sock").c_str());
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(fd, 1), 0);
    const auto late = request(folder / "mute.sock", protocol::GetStatus {}, 20ms);
    ASSERT_FALSE(late);
    EXPECT_THAT(late.error().message(), HasSubstr("in time"));
    ::close(fd);
}

TEST(ControlServer, whoNeverSaysHelloIsLetGo)
{
    Engine engine;
    engine.server.reset();
    engine.server = *ControlServer::start(engine.socket, {}, engine.state, 50ms);
    RawClient friendly(engine.socket);
    friendly.write(protocol::encode(protocol::Hello {}));
    RawClient silent(engine.socket);
    EXPECT_TRUE(silent.line()); // its hello
    EXPECT_FALSE(silent.line()); // closed; a server that keeps it would never end this line
    EXPECT_TRUE(friendly.line());
    friendly.write(protocol::encode(protocol::Request { 1, protocol::GetStatus {} }));
    EXPECT_THAT(friendly.line().value_or(""), HasSubstr("\"ok\":true"));
}

// A connection that could not be taken for want of descriptors is taken when there are some again.
TEST(ControlServer, outOfDescriptorsItGoesOnLater)
{
    Engine engine;
    ASSERT_TRUE(request(engine.socket, protocol::GetStatus {}));
    rlimit before {};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    rlimit none = before;
    none.rlim_cur = 0; // open descriptors stay, new ones are refused
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, engine.socket.c_str());
    const int connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_EQ(connected, 0);
    char first = 0;
    EXPECT_EQ(::recv(fd, &first, 1, 0), 1);
    ::close(fd);
}

TEST(ControlState, aCheckpointIsAskedForDuringAPause)
{
    ControlState state;
    state.publishPhase(store::RunPhase::Running);
    int pauses = 0;
    state.setPhaseListener([&](store::RunPhase phase, const std::string&) {
        if (phase != store::RunPhase::Paused)
            return;
        ++pauses == 1 ? state.requestCheckpoint() : state.requestStop(StopRequest::Checkpoint);
    });
    state.requestPause();
    EXPECT_TRUE(state.waitForCheckpointRequest());
    EXPECT_TRUE(state.pauseRequested());
    EXPECT_FALSE(state.waitForCheckpointRequest()); // stands still again, until the stop
    EXPECT_EQ(pauses, 2);
    EXPECT_EQ(state.stopRequested(), StopRequest::Checkpoint);
}

TEST(ControlState, aPauseEndsWithResumeOrStop)
{
    for (const bool stop : { false, true }) {
        ControlState state;
        state.publishPhase(store::RunPhase::Running);
        std::vector<store::RunPhase> phases;
        std::mutex mutex;
        state.setPhaseListener([&](store::RunPhase phase, const std::string&) {
            {
                const std::lock_guard lock(mutex);
                phases.push_back(phase);
            }
            if (phase == store::RunPhase::Paused)
                stop ? state.requestStop(StopRequest::Checkpoint) : state.requestResume();
        });
        state.requestPause();
        std::thread loop([&] { state.waitWhilePaused(); });
        loop.join();
        EXPECT_EQ(phases, (std::vector { store::RunPhase::Paused, store::RunPhase::Running }));
    }
}

} // namespace
} // namespace msrl::control
