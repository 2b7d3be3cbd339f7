// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/command_palette.h"

#include "app/pages/action_registry.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTimer>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kActionRole = Qt::UserRole + 1;

} // namespace

CommandPalette::CommandPalette(ActionRegistry& actions, QWidget* parent)
    : QDialog(parent, Qt::Popup)
    , m_search(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_items(new QStandardItemModel(this))
    , m_filter(new QSortFilterProxyModel(this))
{
    setObjectName(QStringLiteral("commandPalette"));
    for (QAction* action : actions.actions()) {
        QString text = action->text();
        text.remove(QLatin1Char('&'));
        const QString key = action->shortcut().toString(QKeySequence::NativeText);
        auto* item = new QStandardItem(action->icon(),
            QStringLiteral("%1: %2%3")
                .arg(actions.groupOf(action), text, key.isEmpty() ? QString() : "   " + key));
        item->setData(QVariant::fromValue(action), kActionRole);
        item->setEnabled(action->isEnabled());
        m_items->appendRow(item);
    }
    m_filter->setSourceModel(m_items);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_filter);
    m_search->setPlaceholderText(tr("What do you want to do?"));
    m_search->installEventFilter(this);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    resize(520, 420);
    if (parent)
        move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 80)));
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setFilterFixedString(text);
        m_list->setCurrentIndex(m_filter->index(0, 0));
    });
    connect(m_search, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListView::activated, this, &CommandPalette::runCurrent);
    m_list->setCurrentIndex(m_filter->index(0, 0));
    m_search->setFocus();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            const int row = m_list->currentIndex().row() + (key == Qt::Key_Down ? 1 : -1);
            if (row >= 0 && row < m_filter->rowCount())
                m_list->setCurrentIndex(m_filter->index(row, 0));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void CommandPalette::runCurrent()
{
    auto* action = m_list->currentIndex().data(kActionRole).value<QAction*>();
    accept();
    if (action && action->isEnabled())
        QTimer::singleShot(0, action, &QAction::trigger); // after the popup has gone
}

} // namespace msrl::pages
