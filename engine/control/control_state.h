// SPDX-License-Identifier: GPL-3.0-or-later
// Where the running stage and the control socket meet: what people asked for, and what the engine says about
// itself.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/protocol/messages.h"
#include "core/store/rows.h"
#include "core/store/run_folder.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace msrl::control {

enum class StopRequest {
    None,
    Checkpoint, // finish the step, write a checkpoint, end
    Now, // end at the next safe instant, without a checkpoint
};

// Every function may be called from any thread. The stage loop polls the requests between steps; request*
// functions are called by the socket and by signal-driven code outside of the handler.
class ControlState
{
public:
    // Requests.
    void requestPause();
    void requestResume();
    void requestStop(StopRequest stop); // never milder than before
    void requestCheckpoint();
    void requestSet(const std::string& name, const base::Json& value);
    void noteAuditReady(const std::string& stage);

    // For the stage loop.
    StopRequest stopRequested() const;
    bool pauseRequested() const;
    // The changes since the last call for this node: of "NODE.FIELD" and of "FIELD" alone, the newest value
    // of each field. Those of other nodes wait for their own call.
    std::map<std::string, base::Json> takeSets(const std::string& node);
    bool auditReady(const std::string& stage) const;
    // Blocks while a pause is requested; returns at once when a stop is. Publishes paused and the phase
    // before it.
    void waitWhilePaused();
    // The same, but ends also when a checkpoint is requested: true then, once per request.
    bool waitForCheckpointRequest();
    // Blocks until any request arrives or the time is over: for a gate that looks at audit.db now and then.
    void waitForRequest(std::chrono::milliseconds timeout);

    // Accepts or refuses a live parameter before it is kept; without one, every set is refused.
    using SetValidator = std::function<base::Status(const std::string& name, const base::Json& value)>;
    void setValidator(SetValidator validator);
    base::Status validateSet(const std::string& name, const base::Json& value) const;

    // What the engine says.
    // Also remembers which stages have ended: nothing of theirs can change any more.
    void publishStage(const std::string& stage, store::StageState state, const std::string& message = {});
    bool hasEnded(const std::string& stage) const;
    void publishPhase(store::RunPhase phase, const std::string& message = {});
    void publishProgress(const protocol::Progress& progress);
    store::RunPhase phase() const;
    protocol::StatusInfo status() const;

    // Called (without the lock held) with every published message, in the thread that published. One
    // listener.
    void setListener(std::function<void(const protocol::Message&)> listener);
    // Called (without the lock held) when the published phase should be written to run.json.
    void setPhaseListener(std::function<void(store::RunPhase phase, const std::string& message)> listener);

private:
    void pauseUntil(const std::function<bool()>& over);
    void tell(const protocol::Message& message);

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_requestCount = 0;
    bool m_pause = false;
    bool m_checkpoint = false;
    StopRequest m_stop = StopRequest::None;
    std::vector<std::pair<std::string, base::Json>> m_sets; // in the order of the requests
    std::set<std::string> m_auditReady;
    std::set<std::string> m_ended; // stages
    SetValidator m_validator;
    store::RunPhase m_phase = store::RunPhase::Starting;
    std::string m_message;
    protocol::Progress m_progress;
    std::function<void(const protocol::Message&)> m_listener;
    std::function<void(store::RunPhase, const std::string&)> m_phaseListener;
};

} // namespace msrl::control
