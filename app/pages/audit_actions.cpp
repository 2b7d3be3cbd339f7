// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of the Audit page: bare letters within the left hand's reach, which a text field with the focus
// takes for itself.
#include "app/pages/action_keys.h"
#include "app/pages/action_registry.h"
#include "app/pages/audit_page.h"
#include "app/pages/audit_paths_panel.h"
#include "app/pages/audit_queue_panel.h"
#include "app/pages/audit_sample_panel.h"
#include "app/pages/media_viewer.h"
#include "app/pages/override_form.h"
#include "app/pages/saved_filter_button.h"
#include "app/pages/search_popup.h"

#include <QToolButton>

#include <utility>
#include <vector>

namespace msrl::pages {

namespace {

struct ActKey
{
    AuditAct act;
    const char* id;
    const char* text;
    const char* tip;
    const char* icon;
    QKeyCombination key;
};

const ActKey kActKeys[] = {
    { AuditAct::Accept, "audit.accept", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Accept"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Accept the machine's choice."), "check", Qt::Key_A },
    { AuditAct::Reject, "audit.reject", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Reject"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Leave the item out of the student's data."), "close",
        Qt::Key_R },
    { AuditAct::WrongCaption, "audit.wrongCaption",
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Wrong &caption"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage",
            "Reject the item because its caption does not tell what the media show."),
        "captioner", Qt::Key_C },
    { AuditAct::Override, "audit.override", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Override"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage",
            "Put another path in the machine's place; asks for a path and a reason."),
        "edit", Qt::Key_O },
    { AuditAct::OwnText, "audit.write", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Write own target"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Write the target text anew; asks for a reason."), "text",
        Qt::Key_E },
    { AuditAct::Flag, "audit.flag", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Flag"),
        QT_TRANSLATE_NOOP(
            "msrl::pages::AuditPage", "Mark the item for another look; it is left out until then."),
        "flag", Qt::Key_F },
    { AuditAct::Note, "audit.note", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "N&ote"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Write a note about the item; what was decided stays."),
        "text", Qt::Key_M },
    { AuditAct::Undo, "audit.undo", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Undo decision"),
        QT_TRANSLATE_NOOP(
            "msrl::pages::AuditPage", "Take the last decision back, a bulk decision as a whole."),
        "undo", Qt::Key_Z },
    { AuditAct::Next, "audit.next", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Next item"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Go to the next item of the queue."), "chevron-down",
        Qt::Key_J },
    { AuditAct::Previous, "audit.previous", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "&Previous item"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Go to the item before."), "chevron-up", Qt::Key_K },
    { AuditAct::NextUndecided, "audit.nextUndecided",
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Next un&decided item"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Go to the next item without a decision."), "skip",
        Qt::Key_N },
    { AuditAct::AcceptShown, "audit.acceptShown",
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Accept &all shown"),
        QT_TRANSLATE_NOOP(
            "msrl::pages::AuditPage", "Accept every undecided item that the filter shows; asks first."),
        "check", Qt::SHIFT | Qt::Key_A },
    { AuditAct::RejectShown, "audit.rejectShown",
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Re&ject all shown"),
        QT_TRANSLATE_NOOP(
            "msrl::pages::AuditPage", "Reject every undecided item that the filter shows; asks first."),
        "close", Qt::SHIFT | Qt::Key_R },
    { AuditAct::SignOff, "audit.signOff", QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Si&gn off the set"),
        QT_TRANSLATE_NOOP("msrl::pages::AuditPage", "Say that this set may train the student; asks first."),
        "gate", Qt::SHIFT | Qt::Key_S },
};

} // namespace

void AuditPage::registerActions(ActionRegistry& actions)
{
    const QString group = QStringLiteral("Audit");
    const auto context = Qt::WidgetWithChildrenShortcut;
    for (const ActKey& key : kActKeys) {
        QAction* action = actions.add(
            { QString::fromLatin1(key.id), group, tr(key.text), tr(key.tip), QString::fromLatin1(key.icon),
                QKeySequence(key.key) },
            this, [this, act = key.act] { this->act(act, How::Key); }, context);
        // The buttons show the keys as they are, also after a change of the keymap.
        const auto show = [this, action, act = key.act] {
            m_bar->showKey(act, action->shortcut().toString(QKeySequence::NativeText));
        };
        m_bar->setTip(key.act, tr(key.tip));
        connect(action, &QAction::changed, this, show);
        show();
    }
    registerPathActions(actions);
    registerViewActions(actions);
    registerFilterActions(actions);
    actions.add(
        { QStringLiteral("audit.keys"), group, tr("&Keys of this page"),
            tr("List what can be done here with its keys; Enter does it."), QStringLiteral("help"),
            QKeySequence(Qt::Key_Question) },
        this, [this, &actions] { showKeySheet(actions); }, context);
    connect(&actions, &ActionRegistry::keymapChanged, this, &AuditPage::showKeys);
    showKeys();
}

void AuditPage::showKeySheet(const ActionRegistry& actions)
{
    std::vector<SearchItem> items;
    for (QAction* action : actions.actions()) {
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        if (actions.groupOf(action) == QLatin1String("Audit") && !key.isEmpty())
            items.push_back({ ActionRegistry::plainText(action), action->icon(), action->isEnabled(),
                [action] { action->trigger(); }, key });
    }
    showSearch(tr("Keys of the Audit page"), std::move(items), this);
}

// Texts that name a key, by the keymap as it is.
void AuditPage::showKeys()
{
    m_queuePanel->showKeys();
    m_samplePanel->showKeys();
    m_pathsPanel->showKeys();
    m_qualityButton->setToolTip(
        withKeyInBrackets(tr("What the confidence measures are worth and how wrong the set is"), this,
            QStringLiteral("audit.quality")));
}

void AuditPage::registerFilterActions(ActionRegistry& actions)
{
    const QString group = QStringLiteral("Audit");
    const auto context = Qt::WidgetWithChildrenShortcut;
    actions.add(
        { QStringLiteral("audit.search"), group, tr("Search the &queue"),
            tr("Go to the search line; Enter goes back to the list."), QStringLiteral("search"),
            QKeySequence(Qt::Key_Slash) },
        this, [this] { m_queuePanel->focusSearch(); }, context);
    actions.add(
        { QStringLiteral("audit.filters"), group, tr("Saved &filters"),
            tr("Open the list of filters that you keep, to apply, save, rename or delete one."),
            QStringLiteral("filter"), QKeySequence(Qt::Key_G) },
        this, [this] { m_queuePanel->saved().open(); }, context);
    actions.add(
        { QStringLiteral("audit.clearFilter"), group, tr("Show all &items"),
            tr("Take back the search and all facets."), QStringLiteral("reset"),
            QKeySequence(Qt::SHIFT | Qt::Key_G) },
        this, [this] { m_queuePanel->clearFilter(); }, context);
    for (int filter = 0; filter < kFilterKeys; ++filter)
        actions.add(
            { QStringLiteral("audit.filter%1").arg(filter + 1), group,
                tr("Apply saved filter &%1").arg(filter + 1), tr("Show what this saved filter shows."),
                QStringLiteral("filter"),
                QKeySequence(QKeyCombination(Qt::ALT, static_cast<Qt::Key>(Qt::Key_1 + filter))) },
            this, [this, filter] { m_queuePanel->saved().apply(filter); }, context);
}

void AuditPage::registerPathActions(ActionRegistry& actions)
{
    const QString group = QStringLiteral("Audit");
    const auto context = Qt::WidgetWithChildrenShortcut;
    actions.add(
        { QStringLiteral("audit.heat"), group, tr("Token &heat map"),
            tr("Colour the tokens of the paths by their log-probability."), QStringLiteral("eye"),
            QKeySequence(Qt::Key_H) },
        this, [this] { m_pathsPanel->toggleHeat(); }, context);
    actions.add(
        { QStringLiteral("audit.sideBySide"), group, tr("Paths &side by side"),
            tr("Put two paths beside each other with their differences marked, or stack them all again."),
            QStringLiteral("compare"), QKeySequence(Qt::Key_D) },
        this, [this] { m_pathsPanel->setSideBySide(!m_pathsPanel->isSideBySide()); }, context);
    actions.add(
        { QStringLiteral("audit.swapSides"), group, tr("E&xchange the sides"),
            tr("Exchange the two paths that stand side by side."), QStringLiteral("arrow-right"),
            QKeySequence(Qt::Key_X) },
        this, [this] { m_pathsPanel->swapSides(); }, context);
    actions.add(
        { QStringLiteral("audit.nextPath"), group, tr("Pick the next pa&th"),
            tr("Pick the path after the one that is picked."), QStringLiteral("chevron-down"),
            QKeySequence(Qt::Key_S) },
        this, [this] { m_pathsPanel->stepPath(1); }, context);
    actions.add(
        { QStringLiteral("audit.previousPath"), group, tr("Pick the path &before"),
            tr("Pick the path before the one that is picked."), QStringLiteral("chevron-up"),
            QKeySequence(Qt::Key_W) },
        this, [this] { m_pathsPanel->stepPath(-1); }, context);
}

void AuditPage::registerViewActions(ActionRegistry& actions)
{
    const QString group = QStringLiteral("Audit");
    const auto context = Qt::WidgetWithChildrenShortcut;
    actions.add(
        { QStringLiteral("audit.viewMedia"), group, tr("&View the media"),
            tr("Enlarge images and frames, with the tiles that the model is shown."), QStringLiteral("image"),
            QKeySequence(Qt::Key_V) },
        this, [this] { m_viewer->open(m_samplePanel->media()); }, context);
    actions.add(
        { QStringLiteral("audit.play"), group, tr("Pla&y video"),
            tr("Play or pause the videos of the sample."), QStringLiteral("play"), QKeySequence(Qt::Key_P) },
        this, [this] { m_samplePanel->togglePlay(); }, context);
    actions.add(
        { QStringLiteral("audit.export"), group, tr("E&xport the accepted set"),
            tr("Write the set that the gate let through for other programs: JSON lines, Parquet or "
               "preference pairs."),
            QStringLiteral("export"), QKeySequence(Qt::SHIFT | Qt::Key_E) },
        this, [this] { askExport(); }, context);
    actions.add(
        { QStringLiteral("audit.blind"), group, tr("&Blind mode"),
            tr("Hide votes, gold and choice until you have decided."), QStringLiteral("eye"),
            QKeySequence(Qt::Key_B) },
        this, [this] { setBlind(!m_blind); }, context);
    actions.add(
        { QStringLiteral("audit.quality"), group, tr("&Quality of the set"),
            tr("Show what the confidence measures are worth, or go back to the items."),
            QStringLiteral("gauge"), QKeySequence(Qt::Key_Q) },
        this, [this] { showQuality(!showsQuality()); }, context);
    for (int path = 0; path < OverrideForm::kPathKeys; ++path)
        actions.add(
            { QStringLiteral("audit.path%1").arg(path + 1), group, tr("Pick path &%1").arg(path + 1),
                tr("Pick this path, for an override."), QStringLiteral("list"),
                QKeySequence(Qt::Key_1 + path) },
            this, [this, path] { m_pathsPanel->selectPath(path); }, context);
}

} // namespace msrl::pages
