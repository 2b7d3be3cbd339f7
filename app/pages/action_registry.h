// SPDX-License-Identifier: GPL-3.0-or-later
// Every action of the studio in one list: menus, tool bars, command palette and keymap are made from it.
#pragma once

#include <QAction>
#include <QHash>
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
    QString groupOf(const QAction* action) const;

private:
    std::vector<QAction*> m_actions;
    QHash<QString, QAction*> m_byId;
};

} // namespace msrl::pages
