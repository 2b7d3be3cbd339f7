// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/search_popup.h"

#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/tokens.h"

#include <QFrame>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cstdlib>

namespace msrl::pages {

namespace {

constexpr int kChoiceRole = Qt::UserRole + 1;
constexpr int kDetailRole = Qt::UserRole + 2;
constexpr int kPopupWidth = 520;
constexpr int kPopupTop = 80; // below the window's upper edge
constexpr int kMostFound = 12; // in sight

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

// A line with its key at the right edge. Where some lines have icons, the others keep their place free.
class DetailDelegate : public QStyledItemDelegate
{
public:
    DetailDelegate(bool hasIcons, QObject* parent)
        : QStyledItemDelegate(parent)
        , m_hasIcons(hasIcons)
    {
    }

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

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (m_hasIcons)
            option->features |= QStyleOptionViewItem::HasDecoration;
        const QString detail = index.data(kDetailRole).toString();
        if (detail.isEmpty() || option->rect.isEmpty())
            return;
        const int taken = option->fontMetrics.horizontalAdvance(detail) + 2 * widgets::kWideGap
            + (m_hasIcons ? option->decorationSize.width() : 0);
        option->text
            = option->fontMetrics.elidedText(option->text, Qt::ElideRight, option->rect.width() - taken);
    }

private:
    bool m_hasIcons;
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
    const bool hasIcons = std::any_of(
        m_choices.begin(), m_choices.end(), [](const SearchItem& item) { return !item.icon.isNull(); });
    m_list->setModel(m_filter);
    m_list->setItemDelegate(new DetailDelegate(hasIcons, m_list));
    m_list->setIconSize({ widgets::kSmallIcon, widgets::kSmallIcon });
    m_list->setAccessibleName(prompt);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_search->setPlaceholderText(prompt);
    m_search->setAccessibleName(prompt);
    m_search->installEventFilter(this);
    layOut();
    connect(m_search, &QLineEdit::textChanged, this, &SearchPopup::narrow);
    connect(m_search, &QLineEdit::returnPressed, this, &SearchPopup::runCurrent);
    connect(m_list, &QListView::clicked, this, &SearchPopup::runCurrent);
    narrow({});
    m_search->setFocus();
}

void SearchPopup::layOut()
{
    auto* frame = new QFrame(this); // a dialog has no border of its own
    widgets::setVariant(frame, "surface", QStringLiteral("popup"));
    m_nothing = widgets::makeLabel({}, QStringLiteral("secondary"), frame);
    m_nothing->setObjectName(QStringLiteral("searchNothing"));
    m_nothing->setWordWrap(true);
    auto* inner = new QVBoxLayout(frame);
    inner->addWidget(m_search);
    inner->addWidget(m_list);
    inner->addWidget(m_nothing);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(frame);
    setFixedWidth(kPopupWidth);
    if (const QWidget* above = parentWidget()) {
        const QWidget* window = above->window();
        move(window->mapToGlobal(QPoint((window->width() - kPopupWidth) / 2, kPopupTop)));
    }
}

// The list is as high as what it holds.
void SearchPopup::narrow(const QString& text)
{
    static_cast<WordFilter*>(m_filter)->setWords(text);
    const int rows = m_filter->rowCount();
    m_list->setFixedHeight(std::min(rows, kMostFound) * widgets::kRowHeight + 2 * m_list->frameWidth());
    m_list->setVisible(rows > 0);
    m_nothing->setText(tr("Nothing here has all of these words: %1").arg(text.simplified()));
    m_nothing->setVisible(rows == 0);
    m_list->setCurrentIndex({});
    step(1);
    m_list->parentWidget()->layout()->activate(); // or the size is still that of the list before
    layout()->activate();
    adjustSize();
}

// To the line so many further on, or to the last on the way there; only to lines that can be taken.
void SearchPopup::step(int by)
{
    const int way = by > 0 ? 1 : -1;
    const int from = m_list->currentIndex().isValid() ? m_list->currentIndex().row() : -1;
    int wanted = -1;
    for (int row = from + way; row >= 0 && row < m_filter->rowCount(); row += way) {
        if (!(m_filter->index(row, 0).flags() & Qt::ItemIsEnabled))
            continue;
        wanted = row;
        if (std::abs(row - from) >= std::abs(by))
            break;
    }
    if (wanted >= 0)
        m_list->setCurrentIndex(m_filter->index(wanted, 0));
}

bool SearchPopup::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Up:
        step(-1);
        return true;
    case Qt::Key_Down:
        step(1);
        return true;
    case Qt::Key_PageUp:
        step(-kMostFound);
        return true;
    case Qt::Key_PageDown:
        step(kMostFound);
        return true;
    default:
        return QDialog::eventFilter(watched, event);
    }
}

// What cannot be done leaves the list open.
void SearchPopup::runCurrent()
{
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid())
        return;
    const SearchItem& choice = m_choices[static_cast<std::size_t>(index.data(kChoiceRole).toInt())];
    if (!choice.enabled)
        return;
    accept();
    if (choice.act)
        QTimer::singleShot(0, parentWidget(), choice.act); // after the popup has gone
}

void showSearch(const QString& prompt, std::vector<SearchItem> items, QWidget* parent)
{
    auto* popup = new SearchPopup(prompt, std::move(items), parent);
    popup->setAttribute(Qt::WA_DeleteOnClose);
    popup->open();
}

} // namespace msrl::pages
