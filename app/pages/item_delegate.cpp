// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/item_delegate.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QPainter>

namespace msrl::pages {

void ItemDelegate::paintGround(
    QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem blank = option;
    initStyleOption(&blank, index);
    blank.text.clear();
    option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &blank, &painter, option.widget);
}

void ItemDelegate::paintTwoLines(
    QPainter& painter, const QStyleOptionViewItem& option, const QRect& room, const TwoLines& lines)
{
    painter.setPen(lines.colour);
    painter.setFont(option.font);
    painter.drawText(room.adjusted(0, 0, 0, -room.height() / 2), Qt::AlignLeft | Qt::AlignVCenter,
        option.fontMetrics.elidedText(lines.name, Qt::ElideMiddle, room.width()));
    painter.setFont(widgets::smallFont(option.font));
    painter.setPen(widgets::tokensFor(option.palette).secondary);
    painter.drawText(room.adjusted(0, room.height() / 2, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(lines.about, Qt::ElideRight, room.width()));
}

} // namespace msrl::pages
