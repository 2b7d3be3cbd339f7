// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/action_registry.h"

#include "widgets/theme/icons.h"

#include <QWidget>

namespace msrl::pages {

namespace {

const char* const kGroupProperty = "actionGroup";
const char* const kDefaultProperty = "defaultShortcut";

// The tip with the keys behind it, so that whoever hovers learns them.
void showKeys(QAction& action)
{
    const QString keys = action.shortcut().toString(QKeySequence::NativeText);
    action.setToolTip(
        keys.isEmpty() ? action.statusTip() : QStringLiteral("%1 (%2)").arg(action.statusTip(), keys));
}

bool worksEverywhere(const QAction* action)
{
    return action->shortcutContext() == Qt::WindowShortcut
        || action->shortcutContext() == Qt::ApplicationShortcut;
}

// Actions of two pages never meet: only one page is shown.
bool meet(const QAction* one, const QAction* other)
{
    if (worksEverywhere(one) || worksEverywhere(other))
        return true;
    const auto* a = qobject_cast<const QWidget*>(one->parent());
    const auto* b = qobject_cast<const QWidget*>(other->parent());
    return a && b && (a == b || a->isAncestorOf(b) || b->isAncestorOf(a));
}

} // namespace

QAction* ActionRegistry::add(
    const ActionSpec& spec, QWidget* owner, std::function<void()> triggered, Qt::ShortcutContext context)
{
    Q_ASSERT(!m_byId.contains(spec.id));
    auto* action = new QAction(spec.text, owner);
    action->setObjectName(spec.id);
    action->setProperty(kGroupProperty, spec.group);
    action->setProperty(kDefaultProperty, QVariant::fromValue(spec.shortcut));
    action->setStatusTip(spec.tip);
    if (!spec.iconName.isEmpty())
        action->setIcon(widgets::icon(spec.iconName));
    action->setShortcut(spec.shortcut);
    action->setShortcutContext(context);
    showKeys(*action);
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

QString ActionRegistry::groupTitle(const QString& group)
{
    static const QHash<QString, QString> titles { { QStringLiteral("File"), tr("File") },
        { QStringLiteral("Edit"), tr("Edit") }, { QStringLiteral("Graph"), tr("Graph") },
        { QStringLiteral("View"), tr("View") }, { QStringLiteral("Run"), tr("Run") },
        { QStringLiteral("Audit"), tr("Audit") }, { QStringLiteral("Evaluate"), tr("Evaluate") },
        { QStringLiteral("Compare"), tr("Compare") }, { QStringLiteral("Help"), tr("Help") } };
    return titles.value(group, group);
}

QString ActionRegistry::plainText(const QAction* action)
{
    return action->text().remove(QLatin1Char('&'));
}

QKeySequence ActionRegistry::defaultShortcut(const QAction* action) const
{
    return action->property(kDefaultProperty).value<QKeySequence>();
}

void ActionRegistry::setShortcut(QAction* action, const QKeySequence& keys)
{
    if (action->shortcut() == keys)
        return;
    action->setShortcut(keys);
    showKeys(*action);
    Q_EMIT keymapChanged();
}

QMap<QString, QString> ActionRegistry::keymap() const
{
    QMap<QString, QString> changed = m_unknown;
    for (const QAction* action : m_actions)
        if (action->shortcut() != defaultShortcut(action))
            changed[idOf(action)] = action->shortcut().toString(QKeySequence::PortableText);
    return changed;
}

void ActionRegistry::setKeymap(const QMap<QString, QString>& keymap)
{
    m_unknown.clear();
    for (auto it = keymap.begin(); it != keymap.end(); ++it)
        if (!action(it.key()))
            m_unknown[it.key()] = it.value();
    bool changed = false;
    for (QAction* action : m_actions) {
        const auto wanted = keymap.find(idOf(action));
        const QKeySequence keys = wanted == keymap.end()
            ? defaultShortcut(action)
            : QKeySequence::fromString(wanted.value(), QKeySequence::PortableText);
        if (action->shortcut() == keys)
            continue;
        action->setShortcut(keys);
        showKeys(*action);
        changed = true;
    }
    if (changed)
        Q_EMIT keymapChanged();
}

std::vector<QAction*> ActionRegistry::conflicts(const QAction* action, const QKeySequence& keys) const
{
    std::vector<QAction*> found;
    for (QAction* other : m_actions)
        if (other != action && !keys.isEmpty() && meet(action, other)
            && (other->shortcut().matches(keys) != QKeySequence::NoMatch
                || keys.matches(other->shortcut()) == QKeySequence::PartialMatch)
            && !other->shortcut().isEmpty())
            found.push_back(other);
    return found;
}

} // namespace msrl::pages
