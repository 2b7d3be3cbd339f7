// SPDX-License-Identifier: GPL-3.0-or-later
// Plays msrl-engine for tests of the studio's services: run folder, run.db, control socket, exit codes; no
// learning. The project file holds one word: "fail" (refused), "forever" (until stopped), "deaf" (no socket,
// ignores SIGTERM), or a number of steps.
#include "core/base/clock.h"
#include "core/base/files.h"
#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "engine/control/control_server.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace msrl;
using namespace std::chrono_literals;

int refuse(const base::Error& error)
{
    std::fprintf(stderr, "msrl-engine: %s\n", error.message().c_str());
    return static_cast<int>(error.code);
}

int end(store::RunClaim& claim, store::RunPhase phase, int code, const std::string& error)
{
    store::RunInfo info = claim.info();
    info.phase = phase;
    info.exitCode = code;
    info.error = error;
    info.endedMs = base::nowMs();
    return claim.update(info) ? code : 4;
}

int work(
    store::RunClaim& claim, store::RunStore& store, control::ControlState& state, const std::string& script)
{
    const long steps = script == "forever" || script == "deaf" ? -1 : std::atol(script.c_str());
    store::StageRow stage;
    stage.stage = stage.nodeId = "rl";
    stage.state = store::StageState::Running;
    stage.total = steps;
    state.publishPhase(store::RunPhase::Running);
    for (long step = 0; steps < 0 || step < steps; ++step) {
        stage.step = step + 1;
        const bool written = store.append(store::MetricRow { 0, "rl", step, "reward", "new", 0.5, 0 }).ok()
            && store.putStage(stage).ok();
        if (!written)
            return end(claim, store::RunPhase::Failed, 4, "cannot write");
        state.publishProgress({ "rl", step + 1, steps, 100, 1 });
        state.waitForRequest(10ms);
        state.waitWhilePaused();
        if (state.stopRequested() != control::StopRequest::None)
            return end(claim, store::RunPhase::Stopped, 3, "");
    }
    return end(claim, store::RunPhase::Finished, 0, "");
}

int run(const std::string& runFolder, const std::string& script)
{
    store::RunInfo initial;
    initial.name = "double";
    auto claim = store::claimRunFolder(runFolder, initial);
    if (!claim)
        return refuse(claim.error());
    ::setsid();
    if (auto kept = base::writeFileAtomically(claim->folder().projectFile(), script); !kept)
        return refuse(kept.error());
    auto store = store::RunStore::open(claim->folder().runDatabase());
    if (!store)
        return refuse(store.error());
    if (script == "deaf")
        ::signal(SIGTERM, SIG_IGN);
    control::ControlState state;
    state.setPhaseListener([&claim](store::RunPhase phase, const std::string&) {
        store::RunInfo info = claim->info();
        info.phase = phase;
        if (!claim->update(info))
            std::abort();
    });
    std::unique_ptr<control::ControlServer> server;
    if (script != "deaf") {
        const auto path = control::socketPathFor(claim->info().runId);
        protocol::Hello hello;
        hello.runId = claim->info().runId;
        auto started = path ? control::ControlServer::start(*path, hello, state)
                            : base::Result<std::unique_ptr<control::ControlServer>>(path.error());
        if (!started)
            return refuse(started.error());
        server = *std::move(started);
        store::RunInfo info = claim->info();
        info.socket = server->socket().string();
        if (auto told = claim->update(info); !told)
            return refuse(told.error());
    }
    return work(*claim, *store, state, script);
}

} // namespace

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty())
        return 2;
    if (words[0] == "--version") {
        std::puts("msrl-engine 9.9.9");
        return 0;
    }
    if (words[0] == "describe") {
        std::puts("{\"nodes\": []}");
        return 0;
    }
    if (words[0] == "run" && words.size() >= 4) {
        const auto script = base::readFile(words[1]);
        if (!script)
            return refuse(script.error());
        if (*script == "fail")
            return refuse(base::badInput("the learning rate is -1", words[1] + ", node rl, field lr"));
        return run(words[3], *script);
    }
    if (words[0] == "resume" && words.size() >= 2) {
        const auto script = base::readFile(store::RunFolder(words[1]).projectFile());
        return script ? run(words[1], *script) : refuse(script.error());
    }
    return 2;
}
