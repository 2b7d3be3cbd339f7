// SPDX-License-Identifier: GPL-3.0-or-later
// What an auditor does on the Audit page: decisions one by one and in bulk, their undo, and the sign-off.
#include "app/models/strings.h"
#include "app/pages/action_keys.h"
#include "app/pages/audit_command.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_queue_panel.h"
#include "app/pages/media_viewer.h"
#include "app/services/settings.h"
#include "widgets/feedback/message_bar.h"
#include "widgets/feedback/toast.h"

#include <QListView>

#include <utility>

namespace msrl::pages {

using widgets::MessageKind;

namespace {

QString verdictText(const std::string& verdict, const QString& sample)
{
    if (verdict == "accept")
        return QObject::tr("Accepted %1").arg(sample);
    if (verdict == "reject")
        return QObject::tr("Rejected %1").arg(sample);
    if (verdict == "override")
        return QObject::tr("Overrode %1").arg(sample);
    return QObject::tr("Flagged %1").arg(sample);
}

QString leftText(int items)
{
    return QObject::tr("; %1 left alone: somebody else decided about them meanwhile")
        .arg(models::countText(items));
}

} // namespace

void AuditPage::act(AuditAct what, How how)
{
    if (showsQuality() && what != AuditAct::Undo)
        return; // nobody decides about an item that is not seen
    const bool needsPaths
        = what == AuditAct::Accept || what == AuditAct::Override || what == AuditAct::OwnText;
    if (m_viewer->isVisible() && needsPaths) {
        m_toast->showText(tr("The paths are covered: close the media (Esc) first."));
        return;
    }
    if (const std::optional<store::DecisionRow> row = verdictOf(what))
        decide(*row, how);
    else
        go(what);
}

// What is said about the item at once, without asking for more.
std::optional<store::DecisionRow> AuditPage::verdictOf(AuditAct what) const
{
    store::DecisionRow row;
    switch (what) {
    case AuditAct::Accept: {
        const models::QueueItem* item = m_queue.find(m_current);
        if (item && item->summary.chosen < 0)
            return std::nullopt;
        row.verdict = "accept";
        return row;
    }
    case AuditAct::Reject:
        row.verdict = "reject";
        return row;
    case AuditAct::WrongCaption:
        row.verdict = "reject";
        row.caption = models::kWrongCaption;
        return row;
    case AuditAct::Flag:
        row.verdict = "flag";
        return row;
    default:
        return std::nullopt;
    }
}

void AuditPage::go(AuditAct what)
{
    switch (what) {
    case AuditAct::Accept: // with a choice it is a verdict
        m_toast->showText(tr("There is no machine choice to accept: %1 or %2.")
                              .arg(withKeyInBrackets(tr("override"), this, QStringLiteral("audit.override")),
                                  withKeyInBrackets(tr("reject"), this, QStringLiteral("audit.reject"))));
        return;
    case AuditAct::Note:
        return m_pathsPanel->beginNote();
    case AuditAct::Override:
        return m_pathsPanel->beginOverride(false);
    case AuditAct::OwnText:
        return m_pathsPanel->beginOverride(true);
    case AuditAct::Undo:
        return undo();
    case AuditAct::Previous:
        return step(-1);
    case AuditAct::Next:
        return step(1);
    case AuditAct::NextUndecided:
        return goToUndecided();
    case AuditAct::AcceptShown:
        return askBulk(QStringLiteral("accept"));
    case AuditAct::RejectShown:
        return askBulk(QStringLiteral("reject"));
    case AuditAct::SignOff:
        if (m_bar->canSignOff())
            return signOff();
        m_toast->showText(m_bar->signOffTip());
        return;
    case AuditAct::Reject:
    case AuditAct::WrongCaption:
    case AuditAct::Flag:
        return; // verdicts
    }
}

void AuditPage::goToUndecided()
{
    const int next = m_queue.nextUndecided(m_queue.rowOf(m_current));
    if (next < 0)
        m_toast->showText(tr("Every item that the filter shows is decided."));
    else
        select(m_queue.item(next)->summary.sampleId);
}

void AuditPage::decide(store::DecisionRow row, How how)
{
    if (!m_audit || m_current.empty())
        return;
    row.stage = m_stage;
    row.sampleId = m_current;
    row.how = how == How::Key ? "key" : "mouse";
    if (row.verdict == "override" && row.path < 0) // whoever writes the caption anew calls it no less wrong
        row.caption = ownWord().caption;
    const int next = m_queue.nextUndecided(m_queue.rowOf(m_current));
    const std::string following = next >= 0 ? m_queue.item(next)->summary.sampleId : std::string();
    const bool advance
        = m_context.settings.data().autoAdvance && !following.empty() && following != m_current;
    if (push({ row }, verdictText(row.verdict, models::toQt(m_current))) && advance)
        select(following);
}

// What this auditor last said about the item that is shown. REQUIRES: m_audit.
store::DecisionRow AuditPage::ownWord() const
{
    const models::QueueItem* item = m_queue.find(m_current);
    return m_audit->own(
        models::toQt(m_stage), models::toQt(m_current), item ? item->summary.digest : std::string());
}

// The words go into the log with the verdict that this auditor gave before: nothing is decided anew.
void AuditPage::note(const QString& text)
{
    if (!m_audit || m_current.empty())
        return;
    store::DecisionRow row = ownWord();
    row.rowid = row.timeMs = 0;
    row.reason = text.toStdString();
    row.how = "note";
    push({ row }, tr("Noted about %1").arg(models::toQt(m_current)));
}

bool AuditPage::push(std::vector<store::DecisionRow> rows, const QString& text)
{
    std::vector<store::DecisionRow> before;
    before.reserve(rows.size());
    for (store::DecisionRow& row : rows) {
        const models::QueueItem* item = m_queue.find(row.sampleId);
        if (row.judged.empty() && item)
            row.judged = item->summary.digest;
        before.push_back(m_audit->own(models::toQt(m_stage), models::toQt(row.sampleId), row.judged));
        before.back().judged = row.judged; // an undo says it again of what is seen now
    }
    auto* command = new AuditCommand(*m_audit, std::move(before), std::move(rows), text);
    const int place = m_undo.index();
    // The stack deletes a command that was refused, so its word is taken first.
    command->redo();
    if (!command->status()) {
        m_message->showMessage(MessageKind::Error, models::toQt(command->status().error().message()));
        delete command;
        return false;
    }
    command->skipNextRedo();
    m_undo.push(command);
    if (m_undo.index() > place)
        m_toast->showUndo(command->numLeft() == 0 ? text : text + leftText(command->numLeft()));
    showState();
    return true;
}

void AuditPage::undo()
{
    if (!m_undo.canUndo())
        return;
    const QString text = m_undo.undoText();
    const auto* command = static_cast<const AuditCommand*>(m_undo.command(m_undo.index() - 1));
    const bool one = command->before().size() == 1;
    const std::string sample = one ? command->before().front().sampleId : std::string();
    const std::size_t steps = static_cast<std::size_t>(m_undo.count());
    m_undo.undo();
    if (static_cast<std::size_t>(m_undo.count()) < steps) { // refused, and with it gone from the stack
        m_toast->showText(tr("Not undone: somebody else decided about it meanwhile."));
    } else {
        const int left = command->numLeft();
        m_toast->showText(tr("Undone: %1").arg(text) + (left == 0 ? QString() : leftText(left)));
    }
    if (one)
        select(sample);
    showState();
}

} // namespace msrl::pages
