// SPDX-License-Identifier: GPL-3.0-or-later
// Every action of the studio in one list: menus, tool bars, command palette and keymap are made from it.
#pragma once

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QMap>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

namespace msrl::pages {

struct ActionSpec
{
    QString id; // stable, dotted: "project.save", "audit.accept"
    QString group; // menu or page: "File", "Edit", "View", "Run", "Audit"
    QString text; // "Save project" – a verb, no abbreviations; `&` marks the mnemonic
    QString tip; // one sentence
    QString iconName;
    QKeySequence shortcut;
    bool checkable = false;
};

class ActionRegistry : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    // Makes the action, owned by `owner` and added to it (its shortcut works where `context` says).
    // REQUIRES: a new id, a text and a tip.
    QAction* add(const ActionSpec& spec, QWidget* owner, std::function<void()> triggered,
        Qt::ShortcutContext context = Qt::WindowShortcut);

    QAction* action(const QString& id) const; // null: no such id
    const std::vector<QAction*>& actions() const { return m_actions; }
    QString idOf(const QAction* action) const;
    QString groupOf(const QAction* action) const; // its key
    static QString groupTitle(const QString& group); // as people read it
    // The text without the mark of the mnemonic.
    static QString plainText(const QAction* action);

    QKeySequence defaultShortcut(const QAction* action) const;
    // At once, in menus and tips too. REQUIRES: an action of this registry.
    void setShortcut(QAction* action, const QKeySequence& keys);
    // Action id -> keys in portable text, only what differs from the defaults; unknown ids are kept for the
    // version that knows them.
    QMap<QString, QString> keymap() const;
    void setKeymap(const QMap<QString, QString>& keymap);
    // The other actions that would answer `keys` where this one does: Qt would then call neither.
    std::vector<QAction*> conflicts(const QAction* action, const QKeySequence& keys) const;

Q_SIGNALS:
    void keymapChanged();

private:
    std::vector<QAction*> m_actions;
    QHash<QString, QAction*> m_byId;
    QMap<QString, QString> m_unknown;
};

} // namespace msrl::pages
