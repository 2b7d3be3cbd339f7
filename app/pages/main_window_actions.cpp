// SPDX-License-Identifier: GPL-3.0-or-later
// The window's actions: every one has an id, a tip and, where it is used often, a key; menus and the command
// palette are made from them.
#include "app/pages/keymap_dialog.h"
#include "app/pages/main_window.h"
#include "app/pages/run_notifier.h"
#include "app/pages/search_popup.h"
#include "widgets/theme/theme.h"

#include <QMenuBar>

namespace msrl::pages {

namespace {

constexpr const char* kNotifyKey = "notify";

} // namespace

void MainWindow::registerActions()
{
    registerFileActions();
    registerEditActions();
    registerViewActions();
    const auto add = [this](const char* id, const char* group, const QString& text, const QString& tip,
                         const QKeySequence& key, auto call, const char* icon = "") {
        return m_actions.add(
            { QLatin1String(id), QLatin1String(group), text, tip, QLatin1String(icon), key }, this, call);
    };
    add(
        "run.start", "Run", tr("&Run project"),
        tr("Start an engine on the saved project; unchanged results are reused."),
        QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { startRun(keptLaunch()); }, "run");
    add("run.review", "Run", tr("Re&view run…"),
        tr("See what changed since the last run, choose device, ranks and folder, and see the exact command "
           "line."),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Return), [this] { reviewRun(keptLaunch()); });
    registerQueueActions();
    registerRemoteActions();
    registerGroupActions();
    add("help.palette", "View", tr("&Command palette"), tr("Find any action by its name."),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P), [this] { showPalette(); });
    add(
        "help.keys", "View", tr("&Keys…"), tr("See the keys of all actions, and change them."),
        QKeySequence(Qt::CTRL | Qt::Key_Comma), [this] { showKeymap(); }, "settings");
}

void MainWindow::registerFileActions()
{
    const auto add = [this](const char* id, const QString& text, const QString& tip, const QKeySequence& key,
                         auto call) {
        m_actions.add({ QLatin1String(id), QStringLiteral("File"), text, tip, {}, key }, this, call);
    };
    add("project.new", tr("&New project…"), tr("Begin a project from a template or from nothing."),
        QKeySequence::New, [this] { chooseTemplate(); });
    add("project.open", tr("&Open project…"), tr("Open a project file."), QKeySequence::Open,
        [this] { open(); });
    add("project.recent", tr("Open re&cent project…"), tr("Open one of the projects that were open last."),
        QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), [this] { showRecent(); });
    add("project.save", tr("&Save project"), tr("Write the project to its file."), QKeySequence::Save,
        [this] { save(false); });
    add("project.saveAs", tr("Save project &as…"), tr("Write the project to another file."),
        QKeySequence::SaveAs, [this] { save(true); });
    add("run.open", tr("Open &run folder…"), tr("Follow a run that was started elsewhere."), {},
        [this] { openRunFolder(); });
    add("app.quit", tr("&Quit"), tr("Close the window; running engines go on."), QKeySequence::Quit,
        [this] { close(); });
}

void MainWindow::registerEditActions()
{
    const auto add = [this](const char* id, const char* group, const QString& text, const QString& tip,
                         const QKeySequence& key, auto call, const char* icon = "") {
        return m_actions.add(
            { QLatin1String(id), QLatin1String(group), text, tip, QLatin1String(icon), key }, this, call);
    };
    QUndoStack& undo = m_document.undoStack();
    QAction* back = add(
        "edit.undo", "Edit", tr("&Undo"), tr("Take the last change back."), QKeySequence::Undo,
        [&undo] { undo.undo(); }, "undo");
    QAction* forth = add("edit.redo", "Edit", tr("&Redo"), tr("Make the change again."), QKeySequence::Redo,
        [&undo] { undo.redo(); });
    back->setEnabled(false);
    forth->setEnabled(false);
    connect(&undo, &QUndoStack::canUndoChanged, back, &QAction::setEnabled);
    connect(&undo, &QUndoStack::canRedoChanged, forth, &QAction::setEnabled);
    connect(&undo, &QUndoStack::undoTextChanged, back,
        [back](const QString& text) { back->setText(tr("&Undo %1").arg(text)); });
    connect(&undo, &QUndoStack::redoTextChanged, forth,
        [forth](const QString& text) { forth->setText(tr("&Redo %1").arg(text)); });
}

void MainWindow::registerViewActions()
{
    using widgets::ThemeMode;
    const auto add = [this](const char* id, const QString& text, ThemeMode mode, services::Theme kept) {
        m_actions.add({ QLatin1String(id), QStringLiteral("View"), text,
                          tr("Change the colours of the window."), {}, {} },
            this, [this, mode, kept] {
                m_theme.setMode(mode);
                m_settings.edit([kept](services::SettingsData& changed) { changed.theme = kept; });
            });
    };
    add("theme.light", tr("&Light theme"), ThemeMode::Light, services::Theme::Light);
    add("theme.dark", tr("&Dark theme"), ThemeMode::Dark, services::Theme::Dark);
    add("theme.system", tr("Theme of the s&ystem"), ThemeMode::System, services::Theme::System);
    QAction* notify = m_actions.add(
        { QStringLiteral("run.notify"), QStringLiteral("View"), tr("&Notify about the run"),
            tr("Tell the desktop when the run ends, fails or waits for an auditor."), {}, {}, true },
        this, [this] {
            const bool on = m_actions.action(QStringLiteral("run.notify"))->isChecked();
            m_notifier->setEnabled(on);
            m_settings.edit([on](services::SettingsData& changed) { changed.pages[kNotifyKey] = on; });
        });
    const base::Json& kept = m_settings.data().pages;
    const bool on = !kept.contains(kNotifyKey) || kept.at(kNotifyKey) != false;
    notify->setChecked(on);
    m_notifier->setEnabled(on);
}

void MainWindow::makeMenus()
{
    for (const QString& group : { QStringLiteral("File"), QStringLiteral("Edit"), QStringLiteral("Graph"),
             QStringLiteral("View"), QStringLiteral("Run"), QStringLiteral("Audit"),
             QStringLiteral("Evaluate"), QStringLiteral("Compare"), QStringLiteral("Help") }) {
        QMenu* menu = nullptr;
        for (QAction* action : m_actions.actions()) {
            if (m_actions.groupOf(action) != group)
                continue;
            if (!menu)
                menu = menuBar()->addMenu(ActionRegistry::groupTitle(group));
            menu->addAction(action);
        }
    }
}

void MainWindow::showPalette()
{
    std::vector<SearchItem> items;
    for (QAction* action : m_actions.actions()) {
        items.push_back({ QStringLiteral("%1: %2").arg(ActionRegistry::groupTitle(m_actions.groupOf(action)),
                              ActionRegistry::plainText(action)),
            action->icon(), action->isEnabled(), [action] { action->trigger(); },
            action->shortcut().toString(QKeySequence::NativeText) });
    }
    showSearch(tr("What do you want to do?"), std::move(items), this);
}

void MainWindow::showKeymap()
{
    auto* dialog = new KeymapDialog(m_actions, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace msrl::pages
