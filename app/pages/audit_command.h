// SPDX-License-Identifier: GPL-3.0-or-later
// Decisions as one step of undo, however many items they are about. The rows in audit.db only grow: taking
// back is a decision too.
#pragma once

#include "app/services/audit_session.h"

#include <QUndoCommand>

#include <vector>

namespace msrl::pages {

class AuditCommand : public QUndoCommand
{
public:
    // before: what counted for the same items, "pending" where nothing did.
    AuditCommand(services::AuditSession& session, std::vector<store::DecisionRow> before,
        std::vector<store::DecisionRow> after, const QString& text);

    void redo() override;
    void undo() override;

    // The decision is made already: the stack's own first redo does nothing.
    void skipNextRedo() { m_skip = true; }
    // Why the last redo or undo was refused; ok after one that worked.
    const base::Status& status() const { return m_status; }
    const std::vector<store::DecisionRow>& before() const { return m_before; }

private:
    services::AuditSession& m_session;
    std::vector<store::DecisionRow> m_before;
    std::vector<store::DecisionRow> m_after;
    base::Status m_status;
    bool m_skip = false;
};

} // namespace msrl::pages
