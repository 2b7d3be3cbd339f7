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
    for (const store::DecisionRow& row : m_before)
        m_expected.push_back(row.rowid);
}

void AuditCommand::redo()
{
    if (std::exchange(m_skip, false))
        return;
    if (std::exchange(m_made, true))
        write(m_after, QStringLiteral("redo"));
    else
        write(m_after, {});
}

void AuditCommand::undo()
{
    write(m_before, QStringLiteral("undo"));
}

// What changed under our own name since (another window of the same auditor) is no longer this command's.
void AuditCommand::dropForeign()
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_expected.size(); ++i) {
        const store::DecisionRow now = m_session.own(QString::fromStdString(m_before[i].stage),
            QString::fromStdString(m_before[i].sampleId), m_before[i].judged);
        // The undo of a later command of this window says this one's word again, as a row of its own.
        if (now.rowid == m_expected[i] || m_session.wrote(now.rowid))
            keep(i, kept++);
    }
    resize(kept);
}

void AuditCommand::write(const std::vector<store::DecisionRow>& rows, const QString& how)
{
    const std::size_t wanted = rows.size();
    dropForeign();
    // An empty "how" leaves the rows' own.
    const auto written = how.isEmpty() ? m_session.decide(rows) : m_session.restore(rows, how);
    m_status = written ? base::Status() : base::Status(written.error());
    if (written && written->empty())
        m_status = base::failed(
            "somebody else decided about all of them meanwhile", {}, "look at what was said, then decide");
    if (!m_status) {
        setObsolete(true);
        return;
    }
    // Left out are those about which somebody else has spoken since; the rest keeps its order.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < m_before.size() && kept < written->size(); ++i) {
        if (m_before[i].sampleId != (*written)[kept].sampleId)
            continue;
        keep(i, kept);
        m_expected[kept] = (*written)[kept].rowid;
        ++kept;
    }
    resize(kept);
    m_left = static_cast<int>(wanted - kept);
}

void AuditCommand::keep(std::size_t from, std::size_t to)
{
    if (from == to)
        return;
    m_before[to] = std::move(m_before[from]);
    m_after[to] = std::move(m_after[from]);
    m_expected[to] = m_expected[from];
}

void AuditCommand::resize(std::size_t count)
{
    m_before.resize(count);
    m_after.resize(count);
    m_expected.resize(count);
}

} // namespace msrl::pages
