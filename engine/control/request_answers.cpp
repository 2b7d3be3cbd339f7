// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control/request_answers.h"

#include "core/protocol/codec.h"

#include <variant>

namespace msrl::control {

namespace {

// What a request will come to where that is not what its name says; asked before it is carried out.
std::string noteOn(const protocol::RequestBody& body, const ControlState& state)
{
    const bool atGate = state.phase() == store::RunPhase::AwaitingAudit;
    if (std::holds_alternative<protocol::Pause>(body) && atGate)
        return "the run waits at the audit gate; it stands still once the gate is passed, until resumed";
    if (!std::holds_alternative<protocol::Resume>(body))
        return {};
    if (!state.pauseRequested())
        return atGate ? "the run waits at the audit gate and goes on when its set is signed off"
                      : "the run is not paused";
    return atGate ? "the pause is taken back; the run still waits at the audit gate" : "";
}

void relay(const protocol::RequestBody& body, ControlState& state)
{
    if (std::holds_alternative<protocol::Pause>(body))
        state.requestPause();
    else if (std::holds_alternative<protocol::Resume>(body))
        state.requestResume();
    else if (const auto* stop = std::get_if<protocol::Stop>(&body))
        state.requestStop(stop->mode == protocol::StopMode::Now ? StopRequest::Now : StopRequest::Checkpoint);
    else if (std::holds_alternative<protocol::Checkpoint>(body))
        state.requestCheckpoint();
    else if (const auto* ready = std::get_if<protocol::AuditReady>(&body))
        state.noteAuditReady(ready->stage);
    else if (std::holds_alternative<protocol::Shutdown>(body))
        state.requestStop(StopRequest::Now);
}

} // namespace

protocol::Reply answerRequest(
    const protocol::RequestBody& body, const std::string& runId, ControlState& state)
{
    protocol::Reply reply;
    if (std::holds_alternative<protocol::Subscribe>(body)
        || std::holds_alternative<protocol::GetStatus>(body)) {
        protocol::StatusInfo status = state.status();
        status.runId = runId;
        reply.result = protocol::statusToJson(status);
    } else if (const auto* set = std::get_if<protocol::Set>(&body)) {
        if (const base::Status valid = state.validateSet(set->name, set->value)) {
            state.requestSet(set->name, set->value);
        } else {
            reply.ok = false;
            reply.error = valid.error().message();
        }
    } else {
        const std::string note = noteOn(body, state);
        relay(body, state);
        if (!note.empty())
            reply.result["note"] = note;
    }
    return reply;
}

} // namespace msrl::control
