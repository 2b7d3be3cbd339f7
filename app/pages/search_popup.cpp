// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/search_popup.h"

#include "widgets/theme/tokens.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kChoiceRole = Qt::UserRole + 1;
constexpr int kDetailRole = Qt::UserRole + 2;

// Lines that hold every typed word, in any order.
class WordFilter : public QSortFilterProxyModel
{
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setWords(const QString& text)
    {
        m_words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        const QString line = sourceModel()->index(row, 0, parent).data().toString();
        return std::all_of(m_words.begin(), m_words.end(),
            [&](const QString& word) { return line.contains(word, Qt::CaseInsensitive); });
    }

private:
    QStringList m_words;
};

class DetailDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString detail = index.data(kDetailRole).toString();
        if (detail.isEmpty())
            return;
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->setPen(selected ? option.palette.highlightedText().color()
                                 : widgets::tokensFor(option.palette).secondary);
        painter->drawText(
            option.rect.adjusted(0, 0, -widgets::kGap, 0), Qt::AlignRight | Qt::AlignVCenter, detail);
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        return { QStyledItemDelegate::sizeHint(option, index).width(), widgets::kRowHeight };
    }
};

} // namespace

SearchPopup::SearchPopup(const QString& prompt, std::vector<SearchItem> items, QWidget* parent)
    : QDialog(parent, Qt::Popup)
    , m_choices(std::move(items))
    , m_search(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_items(new QStandardItemModel(this))
    , m_filter(new WordFilter(this))
{
    setObjectName(QStringLiteral("searchPopup"));
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        auto* item = new QStandardItem(m_choices[i].icon, m_choices[i].text);
        item->setData(static_cast<int>(i), kChoiceRole);
        item->setData(m_choices[i].detail, kDetailRole);
        item->setEnabled(m_choices[i].enabled);
        m_items->appendRow(item);
    }
    m_filter->setSourceModel(m_items);
    m_list->setModel(m_filter);
    m_list->setItemDelegate(new DetailDelegate(m_list));
    m_list->setAccessibleName(prompt);
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
        static_cast<WordFilter*>(m_filter)->setWords(text);
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
