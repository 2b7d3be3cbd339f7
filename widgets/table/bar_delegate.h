// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a number between two bounds as a small bar with the value beside it.
#pragma once

#include <QStyledItemDelegate>

namespace msrl::widgets {

class BarDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    // The model's value (Qt::EditRole, a double) is drawn on [minimum, maximum]; the text is Qt::DisplayRole.
    BarDelegate(double minimum, double maximum, QObject* parent = nullptr);
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    double m_minimum;
    double m_maximum;
};

} // namespace msrl::widgets
