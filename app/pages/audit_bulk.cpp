// SPDX-License-Identifier: GPL-3.0-or-later
// Decisions about the whole filter, and about the whole set.
#include "app/models/strings.h"
#include "app/models/table_text.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_quality_panel.h"
#include "app/pages/audit_queue_panel.h"
#include "app/pages/sign_off_dialog.h"
#include "core/judge/confidence.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"

#include <QComboBox>
#include <QListView>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace msrl::pages {

using models::ItemStatus;
using widgets::MessageKind;

void AuditPage::askBulk(const QString& verdict)
{
    m_toast->hide(); // it would lie over the question
    m_bulk.clear();
    m_bulkVerdict = verdict;
    int decided = 0;
    int flagged = 0;
    int without = 0;
    for (int row = 0; row < m_queue.rowCount(); ++row) {
        const models::QueueItem* item = m_queue.item(row);
        if (item->status() == ItemStatus::Flagged) {
            ++flagged;
        } else if (item->status() != ItemStatus::Undecided) {
            ++decided;
        } else if (verdict == QLatin1String("accept") && item->summary.chosen < 0) {
            ++without;
        } else {
            store::DecisionRow decision;
            decision.stage = m_stage;
            decision.sampleId = item->summary.sampleId;
            decision.verdict = verdict.toStdString();
            decision.how = "bulk";
            decision.judged = item->summary.digest;
            decision.seen = m_audit ? m_audit->newestWord(m_stage, decision.sampleId) : 0;
            m_bulk.push_back(std::move(decision));
        }
    }
    const bool accept = verdict == QLatin1String("accept");
    const QString count = models::countText(static_cast<qint64>(m_bulk.size()));
    QStringList notes { accept ? tr("%1 items would be accepted with the machine's choice.").arg(count)
                               : tr("%1 items would be rejected.").arg(count) };
    if (without > 0)
        notes << tr("%1 without a machine choice stay open.").arg(models::countText(without));
    if (decided > 0)
        notes << tr("%1 already decided stay as they are.").arg(models::countText(decided));
    if (flagged > 0)
        notes << tr("%1 flagged wait to be looked at.").arg(models::countText(flagged));
    if (accept && !m_bulk.empty())
        notes << bulkFacts();
    m_bar->askBulk(notes.join(QLatin1Char(' ')),
        m_bulk.empty() ? QString()
            : accept   ? tr("Accept %1 items").arg(count)
                       : tr("Reject %1 items").arg(count));
}

// How sure the machine is of what is about to be accepted, and how often it is known to be wrong there.
QString AuditPage::bulkFacts() const
{
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    int known = 0;
    int wrong = 0;
    for (const store::DecisionRow& row : m_bulk) {
        const models::QueueItem* item = m_queue.find(row.sampleId);
        const double confidence = item->confidence(m_queue.measure());
        if (!std::isnan(confidence)) {
            least = std::min(least, confidence);
            most = std::max(most, confidence);
        }
        known += item->gold() == models::GoldAgreement::Agrees ? 1 : 0;
        wrong += item->gold() == models::GoldAgreement::Differs ? 1 : 0;
    }
    QStringList facts;
    if (least <= most) {
        const judge::ConfidenceMeasure* measure = judge::findConfidenceMeasure(m_queue.measure());
        facts << tr("%1 from %2 to %3.")
                     .arg(measure ? models::tableText(std::string(measure->title))
                                  : models::toQt(m_queue.measure()))
                     .arg(least, 0, 'f', 3)
                     .arg(most, 0, 'f', 3);
    }
    known += wrong;
    if (known > 0 && !m_blind)
        facts << tr("%1 of %2 with a known answer are wrong.")
                     .arg(models::countText(wrong), models::countText(known));
    return facts.join(QLatin1Char(' '));
}

// A question is about what was shown when it was asked.
void AuditPage::dropBulk()
{
    m_bulk.clear();
    if (m_bar->isAsking())
        m_bar->dropBulk();
}

void AuditPage::applyBulk()
{
    if (!m_audit || m_bulk.empty())
        return;
    const QString count = models::countText(static_cast<qint64>(m_bulk.size()));
    const QString text = m_bulkVerdict == QLatin1String("accept") ? tr("Accepted %1 items").arg(count)
                                                                  : tr("Rejected %1 items").arg(count);
    for (store::DecisionRow& row : m_bulk)
        row.reason = m_bar->bulkReason().toStdString();
    push(std::exchange(m_bulk, {}), text);
    m_queuePanel->list().setFocus();
}

void AuditPage::signOff()
{
    if (!m_audit || m_queue.numItems() == 0)
        return;
    const store::StageRow* waiting = gate();
    SignOffFacts facts { m_stages->currentText(), m_audit->auditor(), summary(),
        models::drawSample(m_queue.items(), m_stage, m_quality->sampleSize(), m_thresholds),
        waiting && waiting->state == store::StageState::AwaitingAudit };
    auto* dialog = new SignOffDialog(facts, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, facts = std::move(facts)] {
        const models::AuditSummary& sum = facts.summary;
        const auto hash = m_session->reader().candidatesHash(m_stage);
        if (!hash) {
            m_message->showMessage(MessageKind::Error, models::toQt(hash.error().message()));
            return;
        }
        store::SignOffRow row;
        row.stage = m_stage;
        row.auditor = m_audit->auditor().toStdString();
        row.statement = SignOffDialog::statement(facts).toStdString();
        row.candidatesHash = *hash;
        row.accepted = sum.training();
        row.rejected = sum.items - sum.training();
        const auto written = m_audit->signOff(std::move(row));
        if (!written) {
            m_message->showMessage(MessageKind::Error, models::toQt(written.error().message()));
            return;
        }
        m_session->tellAuditReady(models::toQt(m_stage));
        m_toast->showText(
            tr("Signed off: %1 items train the student.").arg(models::countText(sum.training())));
        Q_EMIT eventReported(tr("Signed off %1").arg(m_stages->currentText()));
        showState();
    });
    dialog->open();
}

} // namespace msrl::pages
