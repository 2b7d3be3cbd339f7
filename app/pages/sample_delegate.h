// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt in the list of samples: name, task and source, its completions' rewards as dots on a line, their
// mean.
#pragma once

#include <QStyledItemDelegate>

namespace msrl::pages {

class SampleDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace msrl::pages
