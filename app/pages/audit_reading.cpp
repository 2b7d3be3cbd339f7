// SPDX-License-Identifier: GPL-3.0-or-later
// What the Audit page reads: the stages to choose from, their candidates as the teacher writes them, the
// decisions of all auditors, and the gate that waits.
#include "app/models/strings.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_quality_panel.h"
#include "app/services/settings.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"

#include <QComboBox>

#include <algorithm>
#include <limits>

namespace msrl::pages {

using widgets::MessageKind;

void AuditPage::findStages()
{
    if (!m_session)
        return;
    readThresholds();
    if (m_thresholds.sampleSize > 0)
        m_quality->setSampleSize(m_thresholds.sampleSize);
    std::vector<const store::StageRow*> teachers;
    for (const store::StageRow& row : m_session->stages()) {
        if (row.nodeType == "cmkd")
            teachers.push_back(&row);
    }
    if (static_cast<int>(teachers.size()) != m_stages->count()) {
        m_stages->clear();
        for (const store::StageRow* row : teachers)
            m_stages->addItem(
                models::toQt(row->title.empty() ? row->stage : row->title), models::toQt(row->stage));
        m_stages->setCurrentIndex(m_stages->findData(models::toQt(m_stage)));
    }
    if (m_stage.empty() && !teachers.empty())
        selectStage(teachers.front()->stage);
}

void AuditPage::selectStage(const std::string& stage)
{
    m_stage = stage;
    m_current.clear();
    m_shown = {};
    m_lastRowid = 0;
    m_setHash = {};
    dropBulk();
    m_undo.clear();
    m_queue.clear();
    m_stages->setCurrentIndex(m_stages->findData(models::toQt(stage)));
    if (!stage.empty())
        readCandidates();
    showState();
}

void AuditPage::readCandidates()
{
    if (!m_session || m_stage.empty())
        return;
    auto items = m_session->reader().candidatesAfter(m_stage, m_lastRowid, std::numeric_limits<int>::max());
    if (!items) {
        m_message->showMessage(MessageKind::Error, models::toQt(items.error().message()));
        return;
    }
    if (!items->empty())
        m_lastRowid = items->back().rowid;
    m_queue.addItems(std::move(*items));
    if (!m_audit && m_queue.numItems() > 0) {
        auto audit = services::AuditSession::open(m_session->path(), m_context.settings.auditor());
        if (!audit) {
            m_message->showMessage(MessageKind::Error, models::toQt(audit.error().message()));
            return;
        }
        m_audit = std::move(*audit);
        m_queue.setAuditor(m_audit->auditor().toStdString());
        connect(m_audit.get(), &services::AuditSession::decisionsArrived, this, &AuditPage::takeDecisions);
        connect(m_audit.get(), &services::AuditSession::signedOff, this, &AuditPage::showState);
    }
    readDecisions();
}

void AuditPage::readDecisions()
{
    if (!m_audit)
        return;
    auto rows = m_audit->store().newestByAuditor(m_stage);
    if (!rows) {
        m_message->showMessage(MessageKind::Error, models::toQt(rows.error().message()));
        return;
    }
    m_queue.applyDecisions(*rows);
    // The item may be shown already, without what was said about it.
    const int row = m_queue.rowOf(m_current);
    if (row >= 0 && !m_pathsPanel->isOverriding())
        showItem(m_queue.index(row));
    else
        showState();
}

// Ours and those of other studios on the same file.
void AuditPage::takeDecisions(const std::vector<store::DecisionRow>& rows)
{
    std::vector<store::DecisionRow> mine;
    bool current = false;
    for (const store::DecisionRow& row : rows) {
        if (row.stage != m_stage)
            continue;
        current = current || row.sampleId == m_current;
        mine.push_back(row);
    }
    m_queue.applyDecisions(mine);
    if (!current)
        return;
    // What is being written about the item is not thrown away for another one's word.
    if (m_pathsPanel->isOverriding())
        m_toast->showText(tr("Somebody else decided about this item meanwhile."));
    else
        showItem(m_queue.index(m_queue.rowOf(m_current)));
}

void AuditPage::search(const QString& text)
{
    models::QueueFilter filter = m_queue.filter();
    filter.matches.reset();
    if (m_session && !text.trimmed().isEmpty())
        filter.matches = found(text);
    m_queue.setFilter(std::move(filter));
}

// What cannot be searched is said, and finds nothing.
models::RowIds AuditPage::found(const QString& text)
{
    if (!m_session)
        return {};
    auto rows = m_session->reader().searchCandidates(m_stage, text.trimmed().toStdString());
    if (!rows) {
        m_message->showMessage(MessageKind::Error, models::toQt(rows.error().message()));
        return {};
    }
    return models::RowIds(*std::move(rows));
}

const models::AuditSummary& AuditPage::summary() const
{
    if (m_summaryOf != m_queue.revision()) {
        m_summary = models::summarise(m_queue.items(), m_thresholds);
        m_summaryOf = m_queue.revision();
    }
    return m_summary;
}

// The engine lets a set through for a sign-off of exactly these candidates; an older one is about another
// set.
AuditPage::SignedOff AuditPage::signedOff()
{
    if (!m_audit || !m_session)
        return {};
    const auto newest = m_audit->newestSignOff(models::toQt(m_stage));
    if (!newest || !*newest)
        return {};
    // Read once for a set: it takes a look at each of its rows.
    if (m_setHash.lastRowid != m_lastRowid || m_setHash.text.empty()) {
        const auto hash = m_session->reader().candidatesHash(m_stage);
        m_setHash = { m_lastRowid, hash ? *hash : std::string() };
    }
    return { models::toQt((*newest)->auditor), (*newest)->candidatesHash == m_setHash.text };
}

bool AuditPage::isWholeSet() const
{
    if (!m_session)
        return false;
    const auto& stages = m_session->stages();
    return std::any_of(stages.begin(), stages.end(), [this](const store::StageRow& row) {
        return row.stage == m_stage
            && (row.state == store::StageState::Done || row.state == store::StageState::Reused);
    });
}

const store::StageRow* AuditPage::gate() const
{
    if (!m_session)
        return nullptr;
    const auto& stages = m_session->stages();
    const auto found = std::find_if(
        stages.begin(), stages.end(), [](const store::StageRow& row) { return row.nodeType == "gate"; });
    return found == stages.end() ? nullptr : &*found;
}

void AuditPage::readThresholds()
{
    m_summaryOf.reset();
    const store::StageRow* row = gate();
    if (!row) {
        m_thresholds = {};
        m_planFault.clear();
        return;
    }
    const base::Result<models::GateThresholds> read
        = models::readThresholds(m_session->folder().planFile(), row->stage);
    // Read again whenever a stage moves: one fault is told once.
    const QString fault = read ? QString() : models::toQt(read.error().message());
    if (!read && fault != m_planFault)
        m_message->showMessage(MessageKind::Error, fault);
    m_planFault = fault;
    if (read)
        m_thresholds = *read;
}

} // namespace msrl::pages
