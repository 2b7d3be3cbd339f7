// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/risk_plot.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace msrl::widgets {

namespace {

constexpr double kLeft = 48;
constexpr double kRight = 20; // half of the last tick's words
constexpr double kTop = 24; // room for the threshold's number
constexpr double kBottom = 36;
constexpr int kTicks = 4;
constexpr double kSettled = 0.1; // below this coverage the curve is too shaky to set the scale
constexpr double kTops[] = { 0.04, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0 }; // whose quarters read well
constexpr double kHandle = 6;

} // namespace

RiskPlot::RiskPlot(QWidget* parent)
    : QWidget(parent)
{
    setFont(smallFont(font()));
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Risk against coverage"));
}

void RiskPlot::setPoints(const QVector<RiskCurvePoint>& points)
{
    m_points = points;
    double highest = points.isEmpty() ? 0 : points.back().high;
    for (const RiskCurvePoint& point : points)
        if (point.coverage >= kSettled)
            highest = std::max(highest, 1.2 * point.risk);
    m_top = *std::find_if(std::begin(kTops), std::end(kTops) - 1, [&](double top) { return top >= highest; });
    setCursor(points.isEmpty() ? Qt::ArrowCursor : Qt::SizeHorCursor);
    setThreshold(m_threshold);
}

void RiskPlot::setThreshold(double threshold)
{
    m_threshold = threshold;
    const qsizetype point = current();
    setAccessibleDescription(point < 0 ? QString()
                                       : tr("threshold %1, coverage %2, risk %3")
                                             .arg(m_threshold, 0, 'g', 3)
                                             .arg(m_points[point].coverage, 0, 'f', 2)
                                             .arg(m_points[point].risk, 0, 'f', 3));
    update();
}

void RiskPlot::setEmptyText(const QString& text)
{
    m_empty = text;
    update();
}

QPointF RiskPlot::place(qsizetype point) const
{
    return at(m_points[point].coverage, m_points[point].risk);
}

QRectF RiskPlot::diagram() const
{
    return { kLeft, kTop, width() - kLeft - kRight, height() - kTop - kBottom };
}

QPointF RiskPlot::at(double coverage, double risk) const
{
    const QRectF area = diagram();
    return { area.left() + coverage * area.width(),
        area.bottom() - std::min(1.0, risk / m_top) * area.height() };
}

qsizetype RiskPlot::current() const
{
    qsizetype found = m_points.isEmpty() ? -1 : 0;
    for (qsizetype i = 0; i < m_points.size(); ++i)
        if (m_points[i].threshold >= m_threshold)
            found = i;
    return found;
}

void RiskPlot::moveTo(qsizetype point)
{
    if (m_points.isEmpty())
        return;
    const double threshold = m_points[std::clamp(point, qsizetype { 0 }, m_points.size() - 1)].threshold;
    if (threshold == m_threshold)
        return;
    setThreshold(threshold);
    Q_EMIT thresholdMoved(threshold);
}

void RiskPlot::moveToMouse(double x)
{
    const auto nearest = std::min_element(
        m_points.constBegin(), m_points.constEnd(), [&](const RiskCurvePoint& a, const RiskCurvePoint& b) {
            return std::abs(at(a.coverage, 0).x() - x) < std::abs(at(b.coverage, 0).x() - x);
        });
    moveTo(nearest - m_points.constBegin());
}

void RiskPlot::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        moveToMouse(event->position().x());
}

void RiskPlot::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        moveToMouse(event->position().x());
}

void RiskPlot::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        moveTo(current() - 1);
        return;
    case Qt::Key_Right:
        moveTo(current() + 1);
        return;
    case Qt::Key_Home:
        moveTo(0);
        return;
    case Qt::Key_End:
        moveTo(m_points.size() - 1);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void RiskPlot::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void RiskPlot::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void RiskPlot::paintAxes(QPainter& painter) const
{
    const Tokens& tokens = tokensFor(palette());
    const QRectF area = diagram();
    for (int tick = 0; tick <= kTicks; ++tick) {
        const double share = static_cast<double>(tick) / kTicks;
        const double y = at(0, share * m_top).y();
        painter.setPen(QPen(blend(tokens.surface, tokens.line, 0.6), 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(tokens.secondary);
        const QString risk = QString::number(100 * share * m_top, 'g', 3) + QStringLiteral(" %");
        painter.drawText(QRectF(0, y - 9, kLeft - 6, 18), Qt::AlignRight | Qt::AlignVCenter, risk);
        painter.drawText(QRectF(at(share, 0).x() - 24, area.bottom() + 3, 48, 16), Qt::AlignCenter,
            QString::number(100 * share, 'f', 0) + QStringLiteral(" %"));
    }
    painter.drawText(QRectF(area.left(), height() - 18, area.width(), 16), Qt::AlignCenter,
        tr("accepted share; upwards: share of those that is wrong"));
}

void RiskPlot::paintThreshold(QPainter& painter) const
{
    const qsizetype point = current();
    if (point < 0)
        return;
    const Tokens& tokens = tokensFor(palette());
    const QRectF area = diagram();
    const QPointF here = place(point);
    painter.setPen(QPen(tokens.accent, hasFocus() ? 2 : 1));
    painter.drawLine(QPointF(here.x(), area.top()), QPointF(here.x(), area.bottom()));
    painter.setBrush(tokens.accent);
    painter.drawEllipse(here, kHandle, kHandle);
    painter.setFont(strongFont(font()));
    const QString text = QStringLiteral("≥ %1").arg(m_threshold, 0, 'g', 3);
    const double wide = painter.fontMetrics().horizontalAdvance(text) + 4;
    const double left = std::clamp(here.x() - wide / 2, area.left(), area.right() - wide);
    painter.drawText(QRectF(left, 2, wide, kTop - 4), Qt::AlignCenter, text);
}

void RiskPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tokens& tokens = tokensFor(palette());
    if (m_points.isEmpty()) {
        painter.setPen(tokens.secondary);
        painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap, m_empty);
        return;
    }
    paintAxes(painter);
    QPainterPath line, band;
    for (qsizetype i = 0; i < m_points.size(); ++i) {
        i == 0 ? line.moveTo(place(i)) : line.lineTo(place(i));
        const QPointF high = at(m_points[i].coverage, m_points[i].high);
        i == 0 ? band.moveTo(high) : band.lineTo(high);
    }
    for (qsizetype i = m_points.size(); i-- > 0;)
        band.lineTo(at(m_points[i].coverage, m_points[i].low));
    const QColor colour = seriesColour(tokens, 1);
    painter.fillPath(band, blend(tokens.surface, colour, 0.15));
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(line);
    paintThreshold(painter);
}

} // namespace msrl::widgets
