// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/audit_command.h"

#include <utility>

namespace msrl::pages {

AuditCommand::AuditCommand(services::AuditSession& session, std::vector<store::DecisionRow> before,
    std::vector<store::DecisionRow> after, const QString& text)
    : QUndoCommand(text)
    , m_session(session)
    , m_before(std::move(before))
    , m_after(std::move(after))
{
}

void AuditCommand::redo()
{
    if (std::exchange(m_skip, false))
        return;
    m_status = m_session.decide(m_after);
    if (!m_status)
        setObsolete(true);
}

void AuditCommand::undo()
{
    m_status = m_session.restore(m_before, QStringLiteral("key"));
    if (!m_status)
        setObsolete(true);
}

} // namespace msrl::pages
