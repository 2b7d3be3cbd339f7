// SPDX-License-Identifier: GPL-3.0-or-later
// How people arrange the cards: pins and places, parts and overlays, by the menu of a card or by keys; by the
// mouse in curve_grid_drag.cpp.
#include "app/pages/curve_grid.h"
#include "widgets/plot/curve_card.h"

#include <QMenu>
#include <QScrollArea>
#include <QShortcut>

#include <algorithm>
#include <array>
#include <utility>

namespace msrl::pages {

namespace {

struct CardMove
{
    QString name; // of its key
    QString text;
    QKeySequence keys;
    int by = 0;
};

std::array<CardMove, 2> cardMoves()
{
    return { CardMove { QStringLiteral("moveForward"), QObject::tr("Move forward"),
                 QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Left), -1 },
        CardMove { QStringLiteral("moveBack"), QObject::tr("Move back"),
            QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Right), 1 } };
}

} // namespace

void CurveGrid::setArrangement(const models::CardArrangement& arrangement)
{
    if (arrangement == m_arrangement)
        return;
    m_arrangement = arrangement;
    if (makeCards())
        placeMarkers();
    for (Card& card : m_cards)
        card.isStale = true; // others may be laid over it now
    if (isVisible())
        updateStale();
    placeCards();
}

void CurveGrid::rearrange(const models::CardArrangement& arrangement)
{
    if (arrangement == m_arrangement)
        return;
    setArrangement(arrangement);
    Q_EMIT arrangementChanged();
}

void CurveGrid::togglePin(const QString& key, bool pinned)
{
    models::CardArrangement wanted = m_arrangement;
    wanted.pinned.removeAll(key);
    if (pinned)
        wanted.pinned << key;
    rearrange(wanted);
}

QString CurveGrid::neighbour(const QString& key, int by) const
{
    const auto moved = std::find_if(
        m_cards.begin(), m_cards.end(), [&](const Card& card) { return card.spec.key() == key; });
    if (moved == m_cards.end())
        return {};
    QStringList shown;
    for (const std::size_t i : order()) {
        if (section(m_cards[i]) == section(*moved) && !shown.contains(m_cards[i].spec.key()))
            shown << m_cards[i].spec.key();
    }
    return shown.value(shown.indexOf(key) + by);
}

void CurveGrid::moveCard(const QString& key, int by)
{
    putCard(key, neighbour(key, by));
}

void CurveGrid::putCard(const QString& key, const QString& there)
{
    const auto moved = std::find_if(
        m_cards.begin(), m_cards.end(), [&](const Card& card) { return card.spec.key() == key; });
    if (there.isEmpty() || moved == m_cards.end())
        return;
    widgets::CurveCard* const widget = moved->widget;
    std::vector<const Card*> cards;
    for (const Card& card : m_cards)
        cards.push_back(&card);
    std::stable_sort(cards.begin(), cards.end(), [this](const Card* a, const Card* b) {
        return std::pair(a->isOther, m_arrangement.rank(a->spec.key()))
            < std::pair(b->isOther, m_arrangement.rank(b->spec.key()));
    });
    QStringList all;
    for (const Card* card : cards) {
        if (!all.contains(card->spec.key())) // of a card that is split its parts stand together
            all << card->spec.key();
    }
    models::CardArrangement wanted = m_arrangement;
    wanted.move(key, there, all);
    rearrange(wanted);
    for (QWidget* above = parentWidget(); above; above = above->parentWidget()) {
        if (auto* area = qobject_cast<QScrollArea*>(above))
            area->ensureWidgetVisible(widget);
    }
}

void CurveGrid::fillMenu(QMenu& menu, const QString& key)
{
    for (const CardMove& move : cardMoves()) {
        QAction* action
            = menu.addAction(move.text + QLatin1Char('\t') + move.keys.toString(QKeySequence::NativeText),
                this, [this, key, by = move.by] { moveCard(key, by); });
        action->setEnabled(!neighbour(key, move.by).isEmpty());
    }
    fillSplitMenu(*menu.addMenu(tr("Split")), key);
    fillOverlayMenu(*menu.addMenu(tr("Lay over it")), key);
}

void CurveGrid::fillSplitMenu(QMenu& menu, const QString& key)
{
    using models::CardSplit;
    const std::pair<CardSplit, QString> choices[] { { CardSplit::None, tr("Not at all") },
        { CardSplit::Source, tr("By source") }, { CardSplit::Stage, tr("By stage") } };
    for (const auto& [split, text] : choices) {
        QAction* action = menu.addAction(text, this, [this, key, split = split] {
            models::CardArrangement wanted = m_arrangement;
            wanted.setSplit(key, split);
            rearrange(wanted);
        });
        action->setCheckable(true);
        action->setChecked(m_arrangement.splitOf(key) == split);
    }
}

void CurveGrid::fillOverlayMenu(QMenu& menu, const QString& key)
{
    const QStringList laid = m_arrangement.overlaysOf(key);
    QStringList listed { key };
    for (const Card& card : m_cards) {
        const QString other = card.spec.key();
        if (listed.contains(other))
            continue;
        listed << other;
        QAction* action = menu.addAction(card.spec.title, this, [this, key, other](bool on) {
            models::CardArrangement wanted = m_arrangement;
            wanted.setOverlaid(key, other, on);
            rearrange(wanted);
        });
        action->setCheckable(true);
        action->setChecked(laid.contains(other));
    }
}

void CurveGrid::takeKeys(widgets::CurveCard* card, const QString& key)
{
    for (const CardMove& move : cardMoves()) {
        auto* shortcut = new QShortcut(move.keys, card);
        shortcut->setObjectName(move.name);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, key, by = move.by] { moveCard(key, by); });
    }
}

} // namespace msrl::pages
