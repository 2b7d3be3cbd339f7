// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/search_popup.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QTimer>
#include <QVBoxLayout>

namespace msrl::pages {

namespace {

constexpr int kChoiceRole = Qt::UserRole + 1;

} // namespace

SearchPopup::SearchPopup(const QString& prompt, std::vector<SearchItem> items, QWidget* parent)
    : QDialog(parent, Qt::Popup)
    , m_choices(std::move(items))
    , m_search(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_items(new QStandardItemModel(this))
    , m_filter(new QSortFilterProxyModel(this))
{
    setObjectName(QStringLiteral("searchPopup"));
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        auto* item = new QStandardItem(m_choices[i].icon, m_choices[i].text);
        item->setData(static_cast<int>(i), kChoiceRole);
        item->setEnabled(m_choices[i].enabled);
        m_items->appendRow(item);
    }
    m_filter->setSourceModel(m_items);
    m_filter->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_list->setModel(m_filter);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_search->setPlaceholderText(prompt);
    m_search->setAccessibleName(prompt);
    m_search->installEventFilter(this);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_search);
    layout->addWidget(m_list);
    resize(520, 420);
    if (parent) {
        const QWidget* window = parent->window();
        move(window->mapToGlobal(QPoint((window->width() - width()) / 2, 80)));
    }
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter->setFilterFixedString(text);
        m_list->setCurrentIndex(m_filter->index(0, 0));
    });
    connect(m_search, &QLineEdit::returnPressed, this, &SearchPopup::runCurrent);
    connect(m_list, &QListView::clicked, this, &SearchPopup::runCurrent);
    m_list->setCurrentIndex(m_filter->index(0, 0));
    m_search->setFocus();
}

bool SearchPopup::eventFilter(QObject* watched, QEvent* event)
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

void SearchPopup::runCurrent()
{
    const QModelIndex index = m_list->currentIndex();
    accept();
    if (!index.isValid())
        return;
    const SearchItem& choice = m_choices[static_cast<std::size_t>(index.data(kChoiceRole).toInt())];
    if (choice.enabled && choice.act)
        QTimer::singleShot(0, parentWidget(), choice.act); // after the popup has gone
}

void showSearch(const QString& prompt, std::vector<SearchItem> items, QWidget* parent)
{
    auto* popup = new SearchPopup(prompt, std::move(items), parent);
    popup->setAttribute(Qt::WA_DeleteOnClose);
    popup->open();
}

} // namespace msrl::pages
