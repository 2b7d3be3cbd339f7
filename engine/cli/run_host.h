// SPDX-License-Identifier: GPL-3.0-or-later
// Everything around the training thread of one run: the folder's claim, run.db, the control socket, signals,
// and the truthful run.json at every moment.
#pragma once

#include "core/store/run_folder.h"
#include "core/store/run_store.h"
#include "engine/cli/console_sink.h"
#include "engine/cli/live_changes.h"
#include "engine/cli/run_adapters.h"
#include "engine/cli/run_options.h"
#include "engine/cli/store_sink.h"
#include "engine/control/control_server.h"
#include "engine/control/control_state.h"
#include "engine/parallel/communicator.h"
#include "engine/stages/event_sink.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace msrl::cli {

// Owner: the training thread. Ends the run in run.json on destruction if nobody did.
class RunHost
{
public:
    // Claims the folder, writes what was asked (project, plan, command line), opens run.db and the socket.
    struct Files
    {
        std::string project; // bytes of the project file
        std::string plan; // bytes of plan.json
        std::string projectHash;
        std::string planHash; // of the steps alone
        std::string name;
        std::vector<std::string> trained; // stages with a learning rate, which may change while they run
    };
    // REQUIRES: the ranks outlive the host.
    static base::Result<std::unique_ptr<RunHost>> open(
        const RunOptions& options, const Files& files, const parallel::Communicator& ranks);
    ~RunHost();

    const store::RunFolder& folder() const { return m_claim.folder(); }
    stages::EventSink& sink() { return m_tee; }
    stages::RunControl& control() { return m_control; }
    stages::AuditLog& audit() { return m_audit; }
    // What a stop with a checkpoint that is asked for on the socket does.
    void requestStop() { m_state.requestStop(control::StopRequest::Checkpoint); }

    // Writes the end into run.db and run.json.
    base::Status finish(const base::Status& result);

private:
    RunHost(store::RunClaim claim, store::RunStore store, const parallel::Communicator& ranks,
        std::FILE* console);
    base::Status start(const RunOptions& options);
    base::Status checkLiveChange(const std::string& name, const base::Json& value) const;
    base::Status takeUpLiveChanges();
    void tellChanges();
    std::string ofRunningStage(const std::string& name) const;
    void watch(const std::stop_token& stop);
    void watchRanks();
    [[noreturn]] void endWithout(const base::Error& lost);
    void writePhase(store::RunPhase phase, const std::string& message);

    store::RunClaim m_claim;
    store::RunStore m_store;
    const parallel::Communicator& m_ranks;
    std::vector<std::string> m_trained;
    std::vector<std::string> m_changes; // of the settings since the last start
    std::optional<LiveChanges> m_liveChanges; // used by the socket's thread once it runs
    double m_lostAt = 0; // watcher: when a rank was first missed
    control::ControlState m_state;
    std::unique_ptr<control::ControlServer> m_server;
    SocketRunControl m_control;
    AuditFile m_audit;
    StoreSink m_storeSink;
    ConsoleSink m_console;
    stages::TeeSink m_tee;
    std::mutex m_infoMutex; // run.json is written by the training thread and on requests
    bool m_finished = false; // under the mutex
    std::atomic<bool> m_ending = false; // the training thread is on its way out
    std::jthread m_watcher; // last: ends before what it uses
};

} // namespace msrl::cli
