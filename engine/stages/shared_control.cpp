// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/stages/shared_control.h"

namespace msrl::stages {

StopRequest SharedControl::stopRequested()
{
    if (m_ranks.size() == 1)
        return m_own.stopRequested();
    const auto mine = m_ranks.isLead() ? m_own.stopRequested() : StopRequest::None;
    const base::Result<std::string> said
        = m_ranks.leadSays(std::string(1, static_cast<char>('0' + static_cast<int>(mine))));
    return said && said->size() == 1 ? static_cast<StopRequest>((*said)[0] - '0') : StopRequest::Now;
}

void SharedControl::waitWhilePaused()
{
    if (m_ranks.isLead())
        m_own.waitWhilePaused();
    // Followers wait for this word; a failure is met again by the next call that can tell of it.
    static_cast<void>(m_ranks.leadSays({}).ok());
}

bool SharedControl::waitForCheckpointRequest()
{
    const base::Result<std::string> said
        = m_ranks.leadSays(m_ranks.isLead() && m_own.waitForCheckpointRequest() ? "asked" : "");
    return said && !said->empty();
}

std::map<std::string, base::Json> SharedControl::takeLiveChanges(const std::string& node)
{
    if (m_ranks.size() == 1)
        return m_own.takeLiveChanges(node);
    const base::Result<std::string> said
        = m_ranks.leadSays(m_ranks.isLead() ? base::Json(m_own.takeLiveChanges(node)).dump() : std::string());
    if (!said)
        return {};
    const base::Json changes = base::Json::parse(*said, nullptr, false);
    return changes.is_object() ? changes.get<std::map<std::string, base::Json>>()
                               : std::map<std::string, base::Json> {};
}

void SharedControl::waitForRequest(std::chrono::milliseconds timeout)
{
    if (m_ranks.isLead())
        m_own.waitForRequest(timeout);
    static_cast<void>(m_ranks.leadSays({}).ok());
}

} // namespace msrl::stages
