// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/table/bar_delegate.h"

#include "widgets/theme/tokens.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr int kTextWidth = 56;

} // namespace

BarDelegate::BarDelegate(double minimum, double maximum, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_minimum(minimum)
    , m_maximum(maximum)
{
}

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString text = item.text;
    item.text.clear();
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    const Tokens& tokens = tokensFor(option.palette);
    QRectF area = QRectF(option.rect).adjusted(kGap, 0, -kGap, 0);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(tokens.text);
    painter->drawText(
        QRectF(area.left(), area.top(), kTextWidth, area.height()), Qt::AlignVCenter | Qt::AlignLeft, text);
    bool isNumber = false;
    const double value = index.data(Qt::EditRole).toDouble(&isNumber);
    area.setLeft(area.left() + kTextWidth);
    if (isNumber && std::isfinite(value) && m_maximum > m_minimum && area.width() > kGap) {
        const QRectF track(area.left(), area.center().y() - 2, area.width(), 4);
        const double share = std::clamp((value - m_minimum) / (m_maximum - m_minimum), 0.0, 1.0);
        painter->setPen(Qt::NoPen);
        painter->setBrush(tokens.raised);
        painter->drawRoundedRect(track, 2, 2);
        painter->setBrush(tokens.accent);
        painter->drawRoundedRect(
            QRectF(track.left(), track.top(), track.width() * share, track.height()), 2, 2);
    }
    painter->restore();
}

} // namespace msrl::widgets
