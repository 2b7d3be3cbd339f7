// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_markers.h"

#include "widgets/plot/custom_plot.h"
#include "widgets/theme/tokens.h"

#include <QFontMetrics>

#include <algorithm>

namespace msrl::widgets {

namespace {

constexpr int kPadding = 3;

} // namespace

void CurveMarkers::add(const CurveMarker& marker)
{
    Item made { marker, new QCPItemStraightLine(&m_plot), new QCPItemText(&m_plot) };
    for (QCPItemPosition* point : { made.line->point1, made.line->point2, made.label->position }) {
        point->setTypeX(QCPItemPosition::ptPlotCoords);
        point->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    made.line->point1->setCoords(marker.x, 0);
    made.line->point2->setCoords(marker.x, 1);
    made.label->position->setCoords(marker.x, 0);
    made.label->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
    made.label->setClipToAxisRect(false);
    made.label->setPadding(QMargins(0, 0, kPadding, 0));
    made.line->setSelectable(false);
    made.label->setSelectable(false);
    const auto after = std::upper_bound(m_items.begin(), m_items.end(), marker.x,
        [](double x, const Item& item) { return x < item.value.x; });
    m_items.insert(after, made);
}

void CurveMarkers::clear()
{
    for (const Item& item : m_items) {
        m_plot.removeItem(item.line);
        m_plot.removeItem(item.label);
    }
    m_items.clear();
}

void CurveMarkers::applyColours(const Tokens& tokens, const QFont& font)
{
    for (const Item& item : m_items) {
        const bool stage = item.value.kind == MarkerKind::Stage;
        item.line->setPen(QPen(tokens.line, 1, stage ? Qt::SolidLine : Qt::DashLine));
        item.label->setColor(tokens.secondary);
        item.label->setFont(font);
    }
}

void CurveMarkers::place()
{
    const QCPRange seen = m_plot.xAxis->range();
    double end = m_plot.width();
    for (auto item = m_items.rbegin(); item != m_items.rend(); ++item) {
        const bool inside = seen.contains(item->value.x);
        const double x = m_plot.xAxis->coordToPixel(item->value.x);
        const QFontMetrics metrics(item->label->font());
        const int room = static_cast<int>(end - x) - 2 * kPadding;
        const QString text = metrics.elidedText(item->value.text, Qt::ElideRight, room);
        const bool fits = inside && room >= metrics.horizontalAdvance(item->value.text.left(3));
        item->label->setText(fits ? text : QString());
        item->label->setVisible(fits && !text.isEmpty());
        if (inside)
            end = x;
    }
}

bool CurveMarkers::hasWords() const
{
    return std::any_of(
        m_items.begin(), m_items.end(), [](const Item& item) { return !item.value.text.isEmpty(); });
}

QStringList CurveMarkers::shownWords() const
{
    QStringList words;
    for (const Item& item : m_items) {
        if (item.label->visible())
            words << item.label->text();
    }
    return words;
}

} // namespace msrl::widgets
