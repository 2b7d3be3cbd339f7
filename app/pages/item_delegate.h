// SPDX-License-Identifier: GPL-3.0-or-later
// What the delegates that paint their items' words themselves have in common.
#pragma once

#include <QColor>
#include <QString>
#include <QStyledItemDelegate>

namespace msrl::pages {

// A name, shortened in its middle, over what is said of it in small.
struct TwoLines
{
    QString name;
    QColor colour; // of the name
    QString about;
};

class ItemDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    // The item as the style shows it, but for its words: ground, selection, focus.
    void paintGround(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;
    // Leaves the painter with the small font and the secondary colour.
    static void paintTwoLines(
        QPainter& painter, const QStyleOptionViewItem& option, const QRect& room, const TwoLines& lines);
};

} // namespace msrl::pages
