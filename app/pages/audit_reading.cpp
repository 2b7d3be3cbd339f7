// SPDX-License-Identifier: GPL-3.0-or-later
// What the Audit page reads: the stages to choose from, their candidates as the teacher writes them, the
// decisions of all auditors, and the gate that waits.
#include "app/models/strings.h"
#include "app/pages/audit_page.h"
#include "app/services/settings.h"
#include "core/base/files.h"
#include "widgets/feedback/message_bar.h"

#include <QComboBox>

#include <algorithm>

namespace msrl::pages {

using widgets::MessageKind;

namespace {

constexpr int kReadAtOnce = 5000;

} // namespace

void AuditPage::findStages()
{
    if (!m_session)
        return;
    m_thresholds = readThresholds();
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
    m_lastRowid = 0;
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
    for (;;) {
        auto items = m_session->reader().candidatesAfter(m_stage, m_lastRowid, kReadAtOnce);
        if (!items) {
            m_message->showMessage(MessageKind::Error, models::toQt(items.error().message()));
            return;
        }
        if (items->empty())
            break;
        m_lastRowid = items->back().rowid;
        const bool more = static_cast<int>(items->size()) == kReadAtOnce;
        m_queue.addItems(std::move(*items));
        if (!more)
            break;
    }
    if (!m_audit && m_queue.numItems() > 0) {
        auto audit = services::AuditSession::open(m_session->path(), m_context.settings.auditor());
        if (!audit) {
            m_message->showMessage(MessageKind::Error, models::toQt(audit.error().message()));
            return;
        }
        m_audit = std::move(*audit);
        connect(m_audit.get(), &services::AuditSession::decisionChanged, this,
            [this](const QString& stage, const QString& sample) {
                if (stage.toStdString() != m_stage)
                    return;
                m_queue.applyDecisions({ newest(sample.toStdString()) });
                if (sample.toStdString() == m_current)
                    showItem(m_queue.index(m_queue.rowOf(m_current)));
            });
        connect(m_audit.get(), &services::AuditSession::decisionsChanged, this, &AuditPage::readDecisions);
        connect(m_audit.get(), &services::AuditSession::signedOff, this, &AuditPage::showState);
    }
    readDecisions();
}

void AuditPage::readDecisions()
{
    if (!m_audit)
        return;
    auto rows = m_audit->store().newest(m_stage);
    if (!rows) {
        m_message->showMessage(MessageKind::Error, models::toQt(rows.error().message()));
        return;
    }
    m_queue.applyDecisions(*rows);
    showState();
}

store::DecisionRow AuditPage::newest(const std::string& sampleId) const
{
    const auto row = m_audit->decision(models::toQt(m_stage), models::toQt(sampleId));
    if (row)
        return *row;
    store::DecisionRow pending;
    pending.stage = m_stage;
    pending.sampleId = sampleId;
    pending.verdict = "pending";
    return pending;
}

void AuditPage::search(const QString& text)
{
    models::QueueFilter filter = m_queue.filter();
    filter.matches.reset();
    if (m_session && !text.trimmed().isEmpty()) {
        store::CandidateFilter wanted;
        wanted.stage = m_stage;
        wanted.text = text.trimmed().toStdString();
        auto found = m_session->reader().candidates(
            wanted, store::CandidateOrder::AsWritten, { 0, std::max(1, m_queue.numItems()) });
        if (!found) {
            m_message->showMessage(MessageKind::Error, models::toQt(found.error().message()));
            return;
        }
        filter.matches.emplace();
        for (const store::CandidateSummary& item : *found)
            filter.matches->insert(item.rowid);
    }
    m_queue.setFilter(std::move(filter));
}

models::AuditSummary AuditPage::summary() const
{
    return models::summarise(m_queue.items(), m_thresholds);
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

// As the plan of the run gives them; the engine decides with the same numbers.
models::GateThresholds AuditPage::readThresholds() const
{
    models::GateThresholds thresholds;
    const store::StageRow* row = gate();
    if (!row)
        return thresholds;
    const auto text = base::readFile(m_session->folder().planFile());
    if (!text)
        return thresholds;
    const auto plan = base::parseJson(*text, "plan.json");
    if (!plan || !plan->is_object() || !plan->contains("steps"))
        return thresholds;
    for (const base::Json& step : (*plan)["steps"]) {
        if (step.value("id", std::string()) != row->stage || !step.contains("params"))
            continue;
        thresholds.minVoteShare = step["params"].value("min_vote_share", thresholds.minVoteShare);
        thresholds.minConfidence = step["params"].value("min_confidence", thresholds.minConfidence);
    }
    return thresholds;
}

} // namespace msrl::pages
