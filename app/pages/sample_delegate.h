// SPDX-License-Identifier: GPL-3.0-or-later
// A prompt in the list of samples: name, task and source, its completions' rewards as dots on a line, their
// mean.
#pragma once

#include "app/pages/item_delegate.h"

namespace msrl::pages {

class SampleDelegate : public ItemDelegate
{
    Q_OBJECT

public:
    using ItemDelegate::ItemDelegate;

    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace msrl::pages
