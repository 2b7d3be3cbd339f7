// SPDX-License-Identifier: GPL-3.0-or-later
// Decisions as one step of undo, however many items they are about. The rows in audit.db only grow: taking
// back is a decision too.
#pragma once

#include "app/services/audit_session.h"

#include <QUndoCommand>

#include <cstdint>
#include <vector>

namespace msrl::pages {

// Items that somebody else decided about in between are left alone, by a decision, its undo and its redo
// alike.
class AuditCommand : public QUndoCommand
{
public:
    // before: the auditor's own earlier rows of the same items, "pending" without rowid where there was none.
    AuditCommand(services::AuditSession& session, std::vector<store::DecisionRow> before,
        std::vector<store::DecisionRow> after, const QString& text);

    void redo() override;
    void undo() override;

    // The decision is made already: the stack's own first redo does nothing.
    void skipNextRedo() { m_skip = true; }
    // Why the last redo or undo was refused; ok after one that worked.
    const base::Status& status() const { return m_status; }
    const std::vector<store::DecisionRow>& before() const { return m_before; }
    // How many items the last redo or undo left alone.
    int numLeft() const { return m_left; }

private:
    void write(const std::vector<store::DecisionRow>& rows, const QString& how);
    void dropForeign();
    void keep(std::size_t from, std::size_t to);
    void resize(std::size_t count);

    services::AuditSession& m_session;
    std::vector<store::DecisionRow> m_before;
    std::vector<store::DecisionRow> m_after;
    std::vector<std::int64_t>
        m_expected; // this auditor's newest rows, if nobody else used the name meanwhile
    base::Status m_status;
    int m_left = 0;
    bool m_skip = false;
    bool m_made = false;
};

} // namespace msrl::pages
