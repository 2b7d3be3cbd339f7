// SPDX-License-Identifier: GPL-3.0-or-later
// The stages' view of the control socket and of audit.db.
#pragma once

#include "core/store/audit_store.h"
#include "engine/control/control_state.h"
#include "engine/stages/run_control.h"

#include <filesystem>
#include <map>
#include <string>

namespace msrl::cli {

// Polled by the training thread; requests come in through the ControlState from any thread.
class SocketRunControl final : public stages::RunControl
{
public:
    explicit SocketRunControl(control::ControlState& state)
        : m_state(state)
    {
    }

    stages::StopRequest stopRequested() override;
    std::stop_token stopToken() override { return m_stop.get_token(); }
    // Called by whoever asks for a stop at once; safe from any thread.
    void interrupt() { m_stop.request_stop(); }
    void waitWhilePaused() override { m_state.waitWhilePaused(); }
    bool waitForCheckpointRequest() override { return m_state.waitForCheckpointRequest(); }
    std::map<std::string, base::Json> takeLiveChanges(const std::string& node) override
    {
        return m_state.takeSets(node);
    }
    void waitForRequest(std::chrono::milliseconds timeout) override { m_state.waitForRequest(timeout); }

private:
    control::ControlState& m_state;
    std::stop_source m_stop;
};

// Opens audit.db when it is first asked: a run without a gate has none. Decisions and sign-offs count only
// for the paths and the set that they were given for: what was written anew since has to be judged anew.
class AuditFile final : public stages::AuditLog
{
public:
    AuditFile(std::filesystem::path audit, std::filesystem::path runDatabase)
        : m_path(std::move(audit))
        , m_runDatabase(std::move(runDatabase))
    {
    }

    base::Result<std::vector<store::DecisionRow>> decisions(const std::string& stage) override;
    base::Result<std::optional<store::SignOffRow>> signOff(const std::string& stage) override;

private:
    base::Status open();
    base::Result<const store::CandidateDigests*> digests(const std::string& stage);

    std::filesystem::path m_path;
    std::filesystem::path m_runDatabase;
    std::map<std::string, store::CandidateDigests> m_digests; // of stages that a gate has asked about
    std::optional<store::AuditStore> m_store;
};

} // namespace msrl::cli
