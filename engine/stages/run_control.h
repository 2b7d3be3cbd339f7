// SPDX-License-Identifier: GPL-3.0-or-later
// What people ask of a running curriculum, and what an auditor has decided. Stages poll these between steps.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/store/rows.h"

#include <chrono>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace msrl::stages {

enum class StopRequest {
    None,
    Checkpoint, // finish the step, write a checkpoint, end
    Now, // end at the next safe instant
};

class RunControl
{
public:
    virtual ~RunControl() = default;

    virtual StopRequest stopRequested() = 0;
    // Becomes true on StopRequest::Now; for long calls that look at it themselves.
    virtual std::stop_token stopToken() = 0;
    // Blocks while a pause is asked for; returns at once when a stop is.
    virtual void waitWhilePaused() = 0;
    // As waitWhilePaused(), but a request for a checkpoint ends the wait too: true then, once per request.
    // The pause goes on, so call it again after the checkpoint.
    virtual bool waitForCheckpointRequest() = 0;
    // Changes of this node's live fields since the last call, FIELD -> value: those asked for as
    // "NODE.FIELD", and those as "FIELD", which are meant for the stage that runs. Those of other nodes are
    // kept.
    virtual std::map<std::string, base::Json> takeLiveChanges(const std::string& node) = 0;
    // Blocks until something is asked for or the time is over.
    virtual void waitForRequest(std::chrono::milliseconds timeout) = 0;
};

// Read access to the auditors' decisions.
class AuditLog
{
public:
    virtual ~AuditLog() = default;

    // The decision that counts for every decided item of a CMKD step.
    virtual base::Result<std::vector<store::DecisionRow>> decisions(const std::string& stage) = 0;
    virtual base::Result<std::optional<store::SignOffRow>> signOff(const std::string& stage) = 0;
};

} // namespace msrl::stages
