// SPDX-License-Identifier: GPL-3.0-or-later
// Cards that are dragged by their titles to the place of another one.
#include "app/pages/curve_grid.h"
#include "widgets/plot/curve_card.h"
#include "widgets/theme/tokens.h"

#include <QScrollArea>

#include <algorithm>

namespace msrl::pages {

namespace {

constexpr int kMarkWidth = 4;
constexpr int kScrollMargin = 48; // of the area's edge, that lets it scroll

} // namespace

// Like the keys, a drag stays among the pinned cards, the usual ones or the others.
const CurveGrid::Card* CurveGrid::dropTarget(const QString& key, const QPoint& place) const
{
    const auto moved = std::find_if(
        m_cards.begin(), m_cards.end(), [&](const Card& card) { return card.spec.key() == key; });
    if (moved == m_cards.end())
        return nullptr;
    for (const std::size_t i : order()) {
        const Card& card = m_cards[i];
        if (card.spec.key() != key && section(card) == section(*moved)
            && card.widget->geometry().contains(place))
            return &card;
    }
    return nullptr;
}

void CurveGrid::followDrag(const QString& key, const QPoint& global)
{
    const QPoint place = mapFromGlobal(global);
    const Card* target = dropTarget(key, place);
    m_dropMark->setVisible(target != nullptr);
    if (target) {
        // On the side where the card will come to stand.
        const std::vector<std::size_t> cards = order();
        const auto first = std::find_if(cards.begin(), cards.end(), [&](std::size_t i) {
            return m_cards[i].spec.key() == key || m_cards[i].spec.key() == target->spec.key();
        });
        const bool behind = m_cards[*first].spec.key() == key;
        const QRect there = target->widget->geometry();
        m_dropMark->setGeometry(
            behind ? there.right() - kMarkWidth + 1 : there.left(), there.top(), kMarkWidth, there.height());
        m_dropMark->raise();
    }
    for (QWidget* above = parentWidget(); above; above = above->parentWidget()) {
        if (auto* area = qobject_cast<QScrollArea*>(above))
            area->ensureVisible(place.x(), place.y(), 0, kScrollMargin);
    }
}

void CurveGrid::endDrag(const QString& key, const QPoint& global, bool dropped)
{
    m_dropMark->hide();
    const Card* target = dropped ? dropTarget(key, mapFromGlobal(global)) : nullptr;
    if (target)
        putCard(key, target->spec.key());
}

void CurveGrid::takeDrags(widgets::CurveCard* card, const QString& key)
{
    card->setMovable(true);
    connect(card, &widgets::CurveCard::dragMoved, this,
        [this, key](const QPoint& global) { followDrag(key, global); });
    connect(card, &widgets::CurveCard::dragEnded, this,
        [this, key](const QPoint& global, bool dropped) { endDrag(key, global, dropped); });
}

} // namespace msrl::pages
