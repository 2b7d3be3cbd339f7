// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/action_registry.h"

#include "widgets/theme/icons.h"

#include <QWidget>

namespace msrl::pages {

namespace {

const char* const kGroupProperty = "actionGroup";

} // namespace

QAction* ActionRegistry::add(
    const ActionSpec& spec, QWidget* owner, std::function<void()> triggered, Qt::ShortcutContext context)
{
    Q_ASSERT(!m_byId.contains(spec.id));
    auto* action = new QAction(spec.text, owner);
    action->setObjectName(spec.id);
    action->setProperty(kGroupProperty, spec.group);
    QString tip = spec.tip;
    if (!spec.shortcut.isEmpty())
        tip += QStringLiteral(" (%1)").arg(spec.shortcut.toString(QKeySequence::NativeText));
    action->setToolTip(tip);
    action->setStatusTip(spec.tip);
    if (!spec.iconName.isEmpty())
        action->setIcon(widgets::icon(spec.iconName));
    action->setShortcut(spec.shortcut);
    action->setShortcutContext(context);
    action->setCheckable(spec.checkable);
    owner->addAction(action);
    if (triggered)
        connect(action, &QAction::triggered, owner, std::move(triggered));
    m_actions.push_back(action);
    m_byId.insert(spec.id, action);
    return action;
}

QAction* ActionRegistry::action(const QString& id) const
{
    return m_byId.value(id);
}

QString ActionRegistry::idOf(const QAction* action) const
{
    return action->objectName();
}

QString ActionRegistry::groupOf(const QAction* action) const
{
    return action->property(kGroupProperty).toString();
}

} // namespace msrl::pages
