// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/action_keys.h"

#include <QAction>
#include <QWidget>

namespace msrl::pages {

QString actionKey(const QWidget* widget, const QString& id)
{
    for (const QWidget* around = widget; around; around = around->parentWidget()) {
        const QList<QAction*> actions = around->actions();
        for (const QAction* action : actions) {
            if (action->objectName() == id)
                return action->shortcut().toString(QKeySequence::NativeText);
        }
    }
    return {};
}

QString withKey(const QString& text, const QWidget* widget, const QString& id)
{
    const QString key = actionKey(widget, id);
    return key.isEmpty() ? text : text + QStringLiteral("  ") + key;
}

QString withKeyInBrackets(const QString& text, const QWidget* widget, const QString& id)
{
    const QString key = actionKey(widget, id);
    return key.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, key);
}

} // namespace msrl::pages
