// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/keymap_dialog.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

enum KeymapColumn { kKeyAction, kKeyGroup, kKeySequence, kKeyState };
constexpr int kActionRole = Qt::UserRole + 1;

QString nativeText(const QKeySequence& keys)
{
    return keys.toString(QKeySequence::NativeText);
}

// "Duplicate stage (Edit) and Go to (View)"
QString names(const ActionRegistry& registry, const std::vector<QAction*>& actions)
{
    QStringList all;
    for (const QAction* action : actions)
        all << QStringLiteral("%1 (%2)").arg(
            ActionRegistry::plainText(action), ActionRegistry::groupTitle(registry.groupOf(action)));
    return all.join(QObject::tr(" and "));
}

} // namespace

KeymapDialog::KeymapDialog(ActionRegistry& actions, QWidget* parent)
    : QDialog(parent)
    , m_actions(actions)
    , m_search(new QLineEdit(this))
    , m_list(new QTreeWidget(this))
    , m_name(widgets::makeLabel({}, QStringLiteral("heading"), this))
    , m_keys(new QKeySequenceEdit(this))
    , m_conflict(widgets::makeLabel({}, QStringLiteral("bad"), this))
    , m_take(new QPushButton(tr("Give the keys to this action"), this))
    , m_clear(new QPushButton(tr("No keys"), this))
    , m_reset(new QPushButton(tr("Reset"), this))
    , m_resetAll(new QPushButton(tr("Reset all"), this))
{
    setWindowTitle(tr("Keys"));
    layOut();
    fill();
    connectParts();
    m_list->setCurrentItem(m_list->topLevelItem(0));
    m_search->setFocus();
}

void KeymapDialog::layOut()
{
    m_search->setObjectName(QStringLiteral("keymapSearch"));
    m_search->setPlaceholderText(tr("Search actions and keys"));
    m_search->setAccessibleName(m_search->placeholderText());
    m_search->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("keymapList"));
    m_list->setAccessibleName(tr("Actions and their keys"));
    m_list->setHeaderLabels({ tr("Action"), tr("Menu"), tr("Keys"), tr("State") });
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->header()->setSectionResizeMode(kKeyAction, QHeaderView::Stretch);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->resizeSection(kKeyGroup, 80);
    m_list->header()->resizeSection(kKeySequence, 130);
    m_list->header()->resizeSection(kKeyState, 230);
    m_keys->setObjectName(QStringLiteral("keymapKeys"));
    m_keys->setAccessibleName(tr("Press the new keys"));
    m_keys->setToolTip(tr("Click here and press the new keys."));
    m_conflict->setObjectName(QStringLiteral("keymapConflict"));
    m_conflict->setWordWrap(true);
    m_take->setObjectName(QStringLiteral("keymapTake"));
    m_reset->setObjectName(QStringLiteral("keymapReset"));
    m_resetAll->setObjectName(QStringLiteral("keymapResetAll"));
    auto* close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    for (QPushButton* button : { m_take, m_clear, m_reset, m_resetAll, close })
        button->setAutoDefault(false); // Return belongs to what is recorded
    auto* edit = new QHBoxLayout;
    edit->addWidget(m_name, 1);
    edit->addWidget(m_keys);
    edit->addWidget(m_clear);
    edit->addWidget(m_reset);
    auto* conflict = new QHBoxLayout;
    conflict->addWidget(m_conflict, 1);
    conflict->addWidget(m_take);
    auto* end = new QHBoxLayout;
    end->addWidget(m_resetAll);
    end->addStretch(1);
    end->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(m_search);
    layout->addWidget(m_list, 1);
    layout->addLayout(edit);
    layout->addLayout(conflict);
    layout->addLayout(end);
    resize(780, 620);
}

void KeymapDialog::connectParts()
{
    connect(m_search, &QLineEdit::textChanged, this, &KeymapDialog::filter);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &KeymapDialog::showSelected);
    // The words about a conflict take some of the list's height: the selected row stays in sight.
    connect(m_list->verticalScrollBar(), &QScrollBar::rangeChanged, this, [this] {
        if (const QTreeWidgetItem* row = m_list->currentItem())
            m_list->scrollToItem(row);
    });
    connect(m_list, &QTreeWidget::itemActivated, this, [this] { m_keys->setFocus(); });
    connect(m_keys, &QKeySequenceEdit::editingFinished, this, &KeymapDialog::record);
    connect(m_take, &QPushButton::clicked, this, [this] { assign(m_keys->keySequence()); });
    connect(m_clear, &QPushButton::clicked, this, [this] { assign({}); });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        if (const QAction* action = current())
            m_keys->setKeySequence(m_actions.defaultShortcut(action));
        record();
    });
    connect(m_resetAll, &QPushButton::clicked, this, [this] {
        m_actions.setKeymap({});
        showSelected();
    });
    connect(&m_actions, &ActionRegistry::keymapChanged, this, &KeymapDialog::showRows);
}

void KeymapDialog::fill()
{
    QPixmap blank(widgets::kSmallIcon, widgets::kSmallIcon);
    blank.fill(Qt::transparent);
    const QIcon none(blank); // so that all names begin in one line
    for (const QAction* action : m_actions.actions()) {
        auto* row = new QTreeWidgetItem(m_list);
        row->setText(kKeyAction, ActionRegistry::plainText(action));
        row->setText(kKeyGroup, ActionRegistry::groupTitle(m_actions.groupOf(action)));
        row->setToolTip(kKeyAction, action->statusTip());
        row->setIcon(kKeyAction, action->icon().isNull() ? none : action->icon());
        row->setData(kKeyAction, kActionRole, m_actions.idOf(action));
    }
    showRows();
}

void KeymapDialog::showRows()
{
    for (int i = 0; i < m_list->topLevelItemCount(); ++i)
        showRow(*m_list->topLevelItem(i));
}

void KeymapDialog::showRow(QTreeWidgetItem& row)
{
    const QAction* action = m_actions.action(row.data(kKeyAction, kActionRole).toString());
    const std::vector<QAction*> others = m_actions.conflicts(action, action->shortcut());
    const QKeySequence usual = m_actions.defaultShortcut(action);
    QString state;
    if (!others.empty())
        state = tr("also %1").arg(names(m_actions, others));
    else if (action->shortcut() != usual)
        state = usual.isEmpty() ? tr("changed, usually none")
                                : tr("changed, usually %1").arg(nativeText(usual));
    row.setText(kKeySequence, nativeText(action->shortcut()));
    row.setText(kKeyState, state);
    row.setToolTip(kKeyState, state);
    row.setIcon(kKeyState, others.empty() ? QIcon() : widgets::icon(QStringLiteral("warning")));
}

QAction* KeymapDialog::current() const
{
    const QTreeWidgetItem* row = m_list->currentItem();
    return row ? m_actions.action(row->data(kKeyAction, kActionRole).toString()) : nullptr;
}

void KeymapDialog::showSelected()
{
    const QAction* action = current();
    m_name->setText(action ? ActionRegistry::plainText(action) : QString());
    for (QWidget* part : std::initializer_list<QWidget*> { m_keys, m_clear, m_reset })
        part->setEnabled(action != nullptr);
    {
        const QSignalBlocker quiet(m_keys);
        m_keys->setKeySequence(action ? action->shortcut() : QKeySequence());
    }
    showConflict();
}

void KeymapDialog::filter(const QString& text)
{
    QTreeWidgetItem* first = nullptr;
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        QTreeWidgetItem* row = m_list->topLevelItem(i);
        const QString all = row->text(kKeyAction) + QLatin1Char(' ') + row->text(kKeyGroup) + QLatin1Char(' ')
            + row->text(kKeySequence);
        row->setHidden(!all.contains(text.trimmed(), Qt::CaseInsensitive));
        if (!first && !row->isHidden())
            first = row;
    }
    m_list->setCurrentItem(first);
}

void KeymapDialog::showConflict()
{
    const QAction* action = current();
    const QKeySequence keys = m_keys->keySequence();
    const auto others = action ? m_actions.conflicts(action, keys) : std::vector<QAction*> {};
    m_conflict->setText(others.empty()
            ? QString()
            : tr("%1 is taken: both %2 and %3 would answer it, so neither would.")
                  .arg(nativeText(keys), ActionRegistry::plainText(action), names(m_actions, others)));
    m_take->setVisible(!others.empty());
}

void KeymapDialog::record()
{
    const QAction* action = current();
    if (!action)
        return;
    showConflict();
    if (m_actions.conflicts(action, m_keys->keySequence()).empty())
        assign(m_keys->keySequence());
}

void KeymapDialog::assign(const QKeySequence& keys)
{
    QAction* action = current();
    if (!action)
        return;
    for (QAction* other : m_actions.conflicts(action, keys))
        m_actions.setShortcut(other, {});
    m_actions.setShortcut(action, keys);
    showSelected();
}

} // namespace msrl::pages
