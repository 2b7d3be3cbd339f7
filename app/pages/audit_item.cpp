// SPDX-License-Identifier: GPL-3.0-or-later
// The item that the Audit page shows: which one, how much of it, and how much room its paths have.
#include "app/models/strings.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_queue_panel.h"
#include "app/pages/audit_sample_panel.h"
#include "app/pages/media_viewer.h"
#include "app/services/settings.h"
#include "widgets/feedback/message_bar.h"

#include <QListView>
#include <QSplitter>

#include <algorithm>

namespace msrl::pages {

using widgets::MessageKind;

namespace {

constexpr const char* kSideBySide = "side_by_side";
// Of the window's width, while two paths are beside each other.
constexpr int kQueueShare = 21;
constexpr int kSampleShare = 25;
constexpr int kPathsShare = 54;

} // namespace

void AuditPage::showItem(const QModelIndex& index)
{
    const models::QueueItem* item = m_queue.item(index.isValid() ? index.row() : -1);
    if (!item || !m_session) {
        m_samplePanel->clear();
        m_viewer->close();
        m_pathsPanel->clear();
        m_shown = {};
        if (!item)
            m_current.clear();
        showState();
        return;
    }
    // A second auditor looks blind as well: what another one said is hidden like the votes.
    const models::Review review = m_queue.review(*item);
    const bool blind = m_blind && models::isUnseen(review);
    Shown wanted { item->summary.rowid, 0, item->isToDecideAgain(), blind };
    for (const models::Opinion& opinion : item->opinions)
        wanted.word = std::max(wanted.word, opinion.rowid);
    // A filter that keeps the item leaves what is looked at alone, and an override that is being written.
    if (wanted == m_shown) {
        showState();
        return;
    }
    auto candidate = m_session->reader().candidate(item->summary.rowid);
    if (!candidate || !*candidate) {
        m_message->showMessage(MessageKind::Error,
            candidate
                ? tr("The candidate of %1 is no longer in run.db.").arg(models::toQt(item->summary.sampleId))
                : models::toQt(candidate.error().message()));
        return;
    }
    m_current = item->summary.sampleId;
    m_shown = wanted;
    const auto decision = m_audit && !blind
        ? m_audit->decision(models::toQt(m_stage), models::toQt(m_current), item->summary.digest)
        : std::nullopt;
    m_samplePanel->show(**candidate, blind, !blind && item->caption() == models::CaptionVerdict::Wrong);
    if (m_viewer->isVisible())
        m_viewer->setMedia(m_samplePanel->media());
    m_pathsPanel->show(**candidate, decision, m_queue.measure(), blind);
    QStringList lines = blind ? QStringList() : logLines(item->summary.digest);
    if (item->isToDecideAgain())
        lines.prepend(tr("Decided on earlier paths, decide again."));
    m_pathsPanel->setLog(lines);
    showState();
}

// What was said about the item so far, the last first.
QStringList AuditPage::logLines(const std::string& digest) const
{
    constexpr std::size_t kLines = 4;
    QStringList lines;
    if (!m_audit)
        return lines;
    const auto rows = m_audit->history(models::toQt(m_stage), models::toQt(m_current));
    if (!rows)
        return lines;
    for (auto row = rows->rbegin(); row != rows->rend() && static_cast<std::size_t>(lines.size()) < kLines;
         ++row)
        lines << models::decisionText(*row, digest);
    if (rows->size() > kLines)
        lines << tr("and %1 earlier").arg(rows->size() - kLines);
    return lines;
}

void AuditPage::select(const std::string& sampleId)
{
    const int row = m_queue.rowOf(sampleId);
    if (row < 0)
        return;
    m_queuePanel->list().setCurrentIndex(m_queue.index(row));
    m_queuePanel->list().scrollTo(m_queue.index(row));
}

void AuditPage::step(int rows)
{
    if (m_queue.rowCount() == 0)
        return;
    const int row = std::clamp(std::max(0, m_queue.rowOf(m_current)) + rows, 0, m_queue.rowCount() - 1);
    select(m_queue.item(row)->summary.sampleId);
}

void AuditPage::setBlind(bool on)
{
    m_blind = on;
    m_bar->setBlind(on);
    m_queuePanel->setBlind(on);
    if (m_context.settings.data().blindAudit != on)
        m_context.settings.edit([on](services::SettingsData& changed) { changed.blindAudit = on; });
    if (!m_current.empty())
        showItem(m_queue.index(m_queue.rowOf(m_current)));
}

// Two paths beside each other need more than a column: the queue and the sample give some of theirs.
void AuditPage::makeRoom(bool sideBySide)
{
    if (sideBySide) {
        m_usualSizes = m_splitter->sizes();
        m_splitter->setSizes({ 10 * kQueueShare, 10 * kSampleShare, 10 * kPathsShare });
    } else if (!m_usualSizes.isEmpty()) {
        m_splitter->setSizes(m_usualSizes);
    }
    m_context.settings.edit([sideBySide](services::SettingsData& changed) {
        changed.pages[kSettings][kSideBySide] = sideBySide;
    });
}

void AuditPage::restoreSides()
{
    const base::Json& kept = m_context.settings.data().pages;
    const auto own = kept.find(kSettings);
    if (own != kept.end() && own->is_object() && own->value(kSideBySide, base::Json(false)) == true)
        m_pathsPanel->setSideBySide(true);
}

} // namespace msrl::pages
