// SPDX-License-Identifier: GPL-3.0-or-later
// What people ask of the lead, as all ranks must see it: at the same point of a stage every rank gets the
// lead's answer. Calls are collective.
#pragma once

#include "engine/parallel/communicator.h"
#include "engine/stages/run_control.h"

namespace msrl::stages {

// REQUIRES: both outlive it.
class SharedControl final : public RunControl
{
public:
    // `own`: where people's requests arrive; that of the lead counts.
    SharedControl(RunControl& own, parallel::Communicator& ranks)
        : m_own(own)
        , m_ranks(ranks)
    {
    }

    // Now when the ranks have lost each other: the stage ends, and its next collective says why.
    StopRequest stopRequested() override;
    // This rank's alone: what it interrupts must be agreed on.
    std::stop_token stopToken() override { return m_own.stopToken(); }
    void waitWhilePaused() override;
    bool waitForCheckpointRequest() override;
    std::map<std::string, base::Json> takeLiveChanges(const std::string& node) override;
    void waitForRequest(std::chrono::milliseconds timeout) override;

private:
    RunControl& m_own;
    parallel::Communicator& m_ranks;
};

} // namespace msrl::stages
