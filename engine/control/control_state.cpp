// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control/control_state.h"

#include "core/base/clock.h"

#include <unistd.h>

namespace msrl::control {

void ControlState::requestPause()
{
    const std::lock_guard lock(m_mutex);
    m_pause = true;
    ++m_requestCount;
    m_changed.notify_all();
}

void ControlState::requestResume()
{
    const std::lock_guard lock(m_mutex);
    m_pause = false;
    ++m_requestCount;
    m_changed.notify_all();
}

void ControlState::requestStop(StopRequest stop)
{
    const std::lock_guard lock(m_mutex);
    if (stop > m_stop)
        m_stop = stop;
    ++m_requestCount;
    m_changed.notify_all();
}

void ControlState::requestCheckpoint()
{
    const std::lock_guard lock(m_mutex);
    m_checkpoint = true;
    ++m_requestCount;
    m_changed.notify_all();
}

void ControlState::requestSet(const std::string& name, const base::Json& value)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_sets, [&name](const auto& set) { return set.first == name; });
    m_sets.emplace_back(name, value);
    ++m_requestCount;
    m_changed.notify_all();
}

void ControlState::noteAuditReady(const std::string& stage)
{
    const std::lock_guard lock(m_mutex);
    m_auditReady.insert(stage);
    ++m_requestCount;
    m_changed.notify_all();
}

StopRequest ControlState::stopRequested() const
{
    const std::lock_guard lock(m_mutex);
    return m_stop;
}

bool ControlState::pauseRequested() const
{
    const std::lock_guard lock(m_mutex);
    return m_pause;
}

std::map<std::string, base::Json> ControlState::takeSets(const std::string& node)
{
    const std::lock_guard lock(m_mutex);
    std::map<std::string, base::Json> taken;
    const std::string prefix = node + ".";
    std::erase_if(m_sets, [&](const auto& set) {
        const auto& [name, value] = set;
        const bool own = name.starts_with(prefix);
        if (!own && name.find('.') != std::string::npos)
            return false;
        taken[own ? name.substr(prefix.size()) : name] = value;
        return true;
    });
    return taken;
}

bool ControlState::auditReady(const std::string& stage) const
{
    const std::lock_guard lock(m_mutex);
    return m_auditReady.contains(stage);
}

void ControlState::waitWhilePaused()
{
    pauseUntil([] { return false; });
}

bool ControlState::waitForCheckpointRequest()
{
    pauseUntil([this] { return m_checkpoint; });
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_checkpoint, false);
}

// `over` is called with the lock held.
void ControlState::pauseUntil(const std::function<bool()>& over)
{
    const auto goesOn = [&] { return !m_pause || m_stop != StopRequest::None || over(); };
    std::unique_lock lock(m_mutex);
    if (goesOn())
        return;
    const store::RunPhase before = m_phase;
    const std::string message = m_message;
    lock.unlock();
    publishPhase(store::RunPhase::Paused);
    lock.lock();
    m_changed.wait(lock, goesOn);
    lock.unlock();
    publishPhase(before, message);
}

void ControlState::waitForRequest(std::chrono::milliseconds timeout)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, timeout, [this, seen = m_requestCount] { return m_requestCount != seen; });
}

void ControlState::setValidator(SetValidator validator)
{
    const std::lock_guard lock(m_mutex);
    m_validator = std::move(validator);
}

base::Status ControlState::validateSet(const std::string& name, const base::Json& value) const
{
    SetValidator validator;
    {
        const std::lock_guard lock(m_mutex);
        validator = m_validator;
    }
    if (!validator)
        return base::badInput("no parameter of the present stage can change while it runs", name);
    return validator(name, value);
}

void ControlState::publishPhase(store::RunPhase phase, const std::string& message)
{
    std::function<void(store::RunPhase, const std::string&)> listener;
    {
        const std::lock_guard lock(m_mutex);
        if (m_phase == phase && m_message == message)
            return;
        m_phase = phase;
        m_message = message;
        listener = m_phaseListener;
    }
    if (listener)
        listener(phase, message);
    tell(protocol::StateChanged { store::runPhaseName(phase), message });
}

void ControlState::publishStage(const std::string& stage, store::StageState state, const std::string& message)
{
    using store::StageState;
    const bool ended = state == StageState::Done || state == StageState::Reused
        || state == StageState::Bypassed || state == StageState::Failed;
    {
        const std::lock_guard lock(m_mutex);
        ended ? void(m_ended.insert(stage)) : void(m_ended.erase(stage));
    }
    tell(protocol::StageChanged { stage, store::stageStateName(state), message });
}

bool ControlState::hasEnded(const std::string& stage) const
{
    const std::lock_guard lock(m_mutex);
    return m_ended.contains(stage);
}

void ControlState::publishProgress(const protocol::Progress& progress)
{
    {
        const std::lock_guard lock(m_mutex);
        m_progress = progress;
    }
    tell(progress);
}

store::RunPhase ControlState::phase() const
{
    const std::lock_guard lock(m_mutex);
    return m_phase;
}

protocol::StatusInfo ControlState::status() const
{
    const std::lock_guard lock(m_mutex);
    protocol::StatusInfo info;
    info.state = store::runPhaseName(m_phase);
    info.message = m_message;
    info.progress = m_progress;
    info.pid = ::getpid();
    return info;
}

void ControlState::setListener(std::function<void(const protocol::Message&)> listener)
{
    const std::lock_guard lock(m_mutex);
    m_listener = std::move(listener);
}

void ControlState::setPhaseListener(std::function<void(store::RunPhase, const std::string&)> listener)
{
    const std::lock_guard lock(m_mutex);
    m_phaseListener = std::move(listener);
}

void ControlState::tell(const protocol::Message& message)
{
    std::function<void(const protocol::Message&)> listener;
    {
        const std::lock_guard lock(m_mutex);
        listener = m_listener;
    }
    if (listener)
        listener(message);
}

} // namespace msrl::control
