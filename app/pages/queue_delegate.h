// SPDX-License-Identifier: GPL-3.0-or-later
// An item of the queue: decision state, name, task, votes.
#pragma once

#include "app/pages/item_delegate.h"

namespace msrl::pages {

class QueueDelegate : public ItemDelegate
{
    Q_OBJECT

public:
    using ItemDelegate::ItemDelegate;

    // Votes of undecided items stay hidden.
    void setBlind(bool blind) { m_blind = blind; }
    void paint(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    bool m_blind = false;
};

} // namespace msrl::pages
