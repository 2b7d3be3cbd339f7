// SPDX-License-Identifier: GPL-3.0-or-later
// How the plot is drawn; where things lie is in stage_plot.cpp.
#include "widgets/plot/stage_plot.h"
#include "widgets/theme/tokens.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>

namespace msrl::widgets {

namespace {

constexpr int kTicks = 4;
constexpr double kPoint = 4; // half of a point's size
constexpr double kLineHeight = 15;
constexpr int kShapes = 4;

// Told apart without colour.
void paintPoint(QPainter& painter, const QPointF& at, int shape)
{
    switch (shape % kShapes) {
    case 0:
        painter.drawEllipse(at, kPoint, kPoint);
        break;
    case 1:
        painter.drawRect(QRectF(at.x() - kPoint, at.y() - kPoint, 2 * kPoint, 2 * kPoint));
        break;
    case 2:
        painter.drawPolygon(QPolygonF { QPointF(at.x(), at.y() - kPoint - 1),
            QPointF(at.x() + kPoint + 1, at.y() + kPoint), QPointF(at.x() - kPoint - 1, at.y() + kPoint) });
        break;
    default:
        painter.drawPolygon(
            QPolygonF { QPointF(at.x(), at.y() - kPoint - 1), QPointF(at.x() + kPoint + 1, at.y()),
                QPointF(at.x(), at.y() + kPoint + 1), QPointF(at.x() - kPoint - 1, at.y()) });
    }
}

} // namespace

void StagePlot::paintAxes(QPainter& painter) const
{
    const Tokens& tokens = tokensFor(palette());
    const QRectF area = diagram();
    for (int tick = 0; tick <= kTicks; ++tick) {
        const double share = static_cast<double>(tick) / kTicks;
        painter.setPen(QPen(blend(tokens.surface, tokens.line, 0.6), 1));
        painter.drawLine(QPointF(area.left(), y(share)), QPointF(area.right(), y(share)));
        painter.setPen(tokens.secondary);
        painter.drawText(QRectF(0, y(share) - 9, kLeft - 6, 18), Qt::AlignRight | Qt::AlignVCenter,
            QString::number(share, 'g', 3));
    }
    const int step = titleStep();
    const double reach = stageWidth() * (step - 1) / 2; // into neighbours whose titles are left out
    for (qsizetype stage = 0; stage < m_stages.size(); stage += step) {
        const QRectF words(area.left() + static_cast<double>(stage) * stageWidth() + 2 - reach,
            area.bottom() + kAboveTitles, stageWidth() - 4 + 2 * reach, wordsHeight());
        // A word that is wider than its place would stand on its neighbours; its points tell it in full.
        const bool fits = widestWord(m_stages[stage]) <= words.width();
        painter.drawText(words, Qt::AlignHCenter | Qt::AlignTop | (fits ? Qt::TextWordWrap : 0),
            fits
                ? m_stages[stage]
                : fontMetrics().elidedText(m_stages[stage], Qt::ElideRight, static_cast<int>(words.width())));
    }
    if (m_reference < 0)
        return;
    painter.setPen(QPen(tokens.secondary, 1, Qt::DashLine));
    painter.drawLine(QPointF(area.left(), y(m_reference)), QPointF(area.right(), y(m_reference)));
}

// Over bars and lines, on a ground of its own.
void StagePlot::paintReferenceName(QPainter& painter) const
{
    if (m_reference < 0)
        return;
    const Tokens& tokens = tokensFor(palette());
    const QRectF area = diagram();
    const double wide = fontMetrics().horizontalAdvance(m_referenceName) + 8.0;
    const QRectF box(area.right() - wide, y(m_reference) - 18, wide, 16);
    QColor ground = tokens.surface;
    ground.setAlphaF(0.85F);
    painter.fillRect(box, ground);
    painter.setPen(tokens.secondary);
    painter.drawText(box, Qt::AlignCenter, m_referenceName);
}

void StagePlot::paintSeries(QPainter& painter, qsizetype index) const
{
    const Tokens& tokens = tokensFor(palette());
    const QColor colour = seriesColour(tokens, static_cast<int>(index));
    const QVector<std::optional<StagePoint>>& points = m_series[index].points;
    std::optional<QPointF> before;
    for (qsizetype stage = 0; stage < points.size(); ++stage) {
        if (!points[stage])
            continue;
        const QPointF here = place(index, stage);
        painter.setPen(QPen(colour, 1.5));
        if (before && m_order == Order::Following)
            painter.drawLine(*before, here);
        before = here;
    }
    for (qsizetype stage = 0; stage < points.size(); ++stage) {
        if (!points[stage])
            continue;
        const QPointF here = place(index, stage);
        painter.setPen(QPen(colour, 1.2));
        painter.drawLine(QPointF(here.x(), y(points[stage]->low)), QPointF(here.x(), y(points[stage]->high)));
        painter.setPen(QPen(tokens.surface, 1));
        painter.setBrush(colour);
        paintPoint(painter, here, static_cast<int>(index));
    }
}

// At the height of the last point, moved apart where two would stand on each other; without an order from the
// top down.
void StagePlot::paintNames(QPainter& painter) const
{
    const Tokens& tokens = tokensFor(palette());
    QVector<std::pair<double, qsizetype>> names;
    for (qsizetype index = 0; index < m_series.size(); ++index) {
        const auto& points = m_series[index].points;
        const auto last = std::find_if(
            points.crbegin(), points.crend(), [](const auto& point) { return point.has_value(); });
        if (last == points.crend())
            continue;
        const double top = kTop + (static_cast<double>(names.size()) + 0.5) * kLineHeight;
        names.append({ m_order == Order::Following ? y((*last)->value) : top, index });
    }
    std::sort(names.begin(), names.end());
    for (qsizetype i = 1; i < names.size(); ++i)
        names[i].first = std::max(names[i].first, names[i - 1].first + kLineHeight);
    const double lowest = diagram().bottom();
    for (qsizetype i = names.size(); i-- > 0;) {
        const double limit = i + 1 == names.size() ? lowest : names[i + 1].first - kLineHeight;
        names[i].first = std::min(names[i].first, limit);
    }
    for (const auto& [height, index] : names) {
        const double left = diagram().right() + kBesideName;
        painter.setPen(QPen(tokens.surface, 1));
        painter.setBrush(seriesColour(tokens, static_cast<int>(index)));
        paintPoint(painter, { left + kPoint, height }, static_cast<int>(index));
        painter.setPen(tokens.text);
        painter.drawText(QRectF(left + kMark, height - kLineHeight / 2, nameWidth(), kLineHeight),
            Qt::AlignLeft | Qt::AlignVCenter, m_series[index].name);
    }
}

void StagePlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintAxes(painter);
    for (qsizetype index = 0; index < m_series.size(); ++index)
        paintSeries(painter, index);
    paintReferenceName(painter);
    paintNames(painter);
}

} // namespace msrl::widgets
