// SPDX-License-Identifier: GPL-3.0-or-later
// What the Audit page reads: the stages to choose from, their candidates as the teacher writes them, the
// decisions of all auditors, and the gate that waits.
#include "app/models/strings.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_quality_panel.h"
#include "app/services/settings.h"
#include "core/curriculum/plan_gates.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"

#include <QComboBox>

#include <algorithm>
#include <limits>

namespace msrl::pages {

using widgets::MessageKind;

// Every distilled set of the run, once for each gate behind it.
std::vector<AuditPage::Choice> AuditPage::choices() const
{
    // A plan that cannot be read is told by readThresholds(); its gates may then be anybody's.
    const auto planned = curriculum::plannedGates(m_session->folder().planFile());
    const auto isBehind = [&](const store::StageRow& gate, const std::string& teacher) {
        if (gate.nodeType != "gate")
            return false;
        if (!planned)
            return true;
        const auto found = std::find_if(planned->begin(), planned->end(),
            [&](const curriculum::PlannedGate& one) { return one.step == gate.stage; });
        return found == planned->end() || found->isFor(teacher);
    };
    const auto titleOf
        = [](const store::StageRow& row) { return models::toQt(row.title.empty() ? row.stage : row.title); };
    std::vector<Choice> found;
    for (const store::StageRow& teacher : m_session->stages()) {
        if (teacher.nodeType != "cmkd")
            continue;
        const std::size_t first = found.size();
        for (const store::StageRow& gate : m_session->stages()) {
            if (isBehind(gate, teacher.stage))
                found.push_back({ teacher.stage, gate.stage, titleOf(gate) });
        }
        if (found.size() == first)
            found.push_back({ teacher.stage, {}, {} });
        const bool several = found.size() > first + 1;
        for (std::size_t i = first; i < found.size(); ++i)
            found[i].title
                = several ? tr("%1, gate %2").arg(titleOf(teacher), found[i].title) : titleOf(teacher);
    }
    return found;
}

void AuditPage::findStages()
{
    if (!m_session)
        return;
    if (std::vector<Choice> now = choices(); now != m_choices) {
        m_choices = std::move(now);
        m_stages->clear();
        for (const Choice& choice : m_choices)
            m_stages->addItem(choice.title);
    }
    if (m_choices.empty())
        return;
    // The one that is looked at; at first the one that a run waits for.
    const auto isSame
        = [this](const Choice& choice) { return choice.stage == m_stage && choice.gate == m_gateStage; };
    const auto isOfSameSet = [this](const Choice& choice) { return choice.stage == m_stage; };
    const auto isWaitedFor = [this](const Choice& choice) {
        const auto& rows = m_session->stages();
        return std::any_of(rows.begin(), rows.end(), [&](const store::StageRow& row) {
            return row.stage == choice.gate && row.state == store::StageState::AwaitingAudit;
        });
    };
    auto chosen = std::find_if(m_choices.begin(), m_choices.end(), isSame);
    if (chosen == m_choices.end() && !m_stage.empty())
        chosen = std::find_if(m_choices.begin(), m_choices.end(), isOfSameSet);
    if (chosen == m_choices.end() && m_stage.empty())
        chosen = std::find_if(m_choices.begin(), m_choices.end(), isWaitedFor);
    if (chosen == m_choices.end())
        chosen = m_choices.begin();
    choose(static_cast<std::size_t>(chosen - m_choices.begin()));
}

// Another gate of the same set asks for other things; what is decided stays.
void AuditPage::choose(std::size_t choice)
{
    const Choice& chosen = m_choices[choice];
    m_stages->setCurrentIndex(static_cast<int>(choice));
    m_gateStage = chosen.gate;
    readThresholds();
    if (m_thresholds.sampleSize > 0)
        m_quality->setSampleSize(m_thresholds.sampleSize);
    if (chosen.stage != m_stage)
        selectStage(chosen.stage);
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
    const auto found = std::find_if(stages.begin(), stages.end(),
        [this](const store::StageRow& row) { return row.nodeType == "gate" && row.stage == m_gateStage; });
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
