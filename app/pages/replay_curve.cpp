// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/replay_curve.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace msrl::pages {

using Point = data::ReplayRatio::Point;

namespace {

constexpr double kPointReach = 10; // around a point that takes the mouse
constexpr double kRadius = 5;
constexpr double kLeastRatio = 0.1;
constexpr double kMostRatio = 1000;
constexpr double kRatioStep = 0.5; // of a key
constexpr int kCurveHeight = 124;

double tidy(double ratio)
{
    return std::clamp(std::round(ratio * 10) / 10, kLeastRatio, kMostRatio);
}

} // namespace

ReplayCurve::ReplayCurve(QWidget* parent)
    : QWidget(parent)
    , m_points { { 0, 1 } }
{
    setFocusPolicy(Qt::StrongFocus);
    setFixedHeight(kCurveHeight);
    setAccessibleName(tr("Replay ratio over the steps"));
    setToolTip(tr(
        "Drag a point; double click adds one, the right button takes one away. Keys: Page Up and Page Down "
        "choose, arrows move, Insert adds, Delete removes."));
}

QSize ReplayCurve::sizeHint() const
{
    return { 240, kCurveHeight };
}

void ReplayCurve::setPoints(const Points& points, std::int64_t numSteps)
{
    m_points = points;
    m_numSteps = std::max<std::int64_t>(1, numSteps);
    m_chosen = std::clamp(m_chosen, 0, static_cast<int>(m_points.size()) - 1);
    if (!m_dragging)
        m_top = std::max(2.0, largestRatio() * 1.25);
    setAccessibleDescription(describe(m_points[static_cast<std::size_t>(m_chosen)]));
    update();
}

QRectF ReplayCurve::plot() const
{
    const double text = fontMetrics().height();
    return QRectF(rect()).adjusted(kRadius + 2, text + 4, -kRadius - 2, -text - 4);
}

double ReplayCurve::largestRatio() const
{
    return std::max_element(m_points.begin(), m_points.end(), [](const Point& a, const Point& b) {
        return a.ratio < b.ratio;
    })->ratio;
}

QPointF ReplayCurve::place(const Point& point) const
{
    const QRectF area = plot();
    const double across
        = static_cast<double>(point.step) / static_cast<double>(std::max<std::int64_t>(1, m_numSteps - 1));
    return { area.left() + std::min(1.0, across) * area.width(),
        area.bottom() - std::min(1.0, point.ratio / m_top) * area.height() };
}

Point ReplayCurve::pointAt(const QPointF& place) const
{
    const QRectF area = plot();
    const double across = std::clamp((place.x() - area.left()) / area.width(), 0.0, 1.0);
    return { std::llround(across * static_cast<double>(m_numSteps - 1)),
        tidy((area.bottom() - place.y()) / area.height() * m_top) };
}

int ReplayCurve::near(const QPointF& at) const
{
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const QPointF offset = place(m_points[i]) - at;
        if (std::hypot(offset.x(), offset.y()) <= kPointReach)
            return static_cast<int>(i);
    }
    return -1;
}

void ReplayCurve::choose(int index)
{
    m_chosen = std::clamp(index, 0, static_cast<int>(m_points.size()) - 1);
    setAccessibleDescription(describe(m_points[static_cast<std::size_t>(m_chosen)]));
    update();
}

// Points keep their order: one stops a step before its neighbour.
void ReplayCurve::move(int index, const Point& wanted)
{
    const auto i = static_cast<std::size_t>(index);
    const std::int64_t first = i == 0 ? 0 : m_points[i - 1].step + 1;
    const std::int64_t last
        = i + 1 == m_points.size() ? std::max(first, m_numSteps - 1) : m_points[i + 1].step - 1;
    Points points = m_points;
    points[i] = { std::clamp(wanted.step, first, last), tidy(wanted.ratio) };
    if (points[i].step != m_points[i].step || points[i].ratio != m_points[i].ratio)
        Q_EMIT edited(points, m_gesture);
}

void ReplayCurve::add(const Point& point)
{
    const auto after = std::find_if(
        m_points.begin(), m_points.end(), [&](const Point& one) { return one.step >= point.step; });
    if (after != m_points.end() && after->step == point.step)
        return;
    Points points = m_points;
    const auto index = after - m_points.begin();
    points.insert(points.begin() + index, point);
    m_chosen = static_cast<int>(index);
    Q_EMIT edited(points, ++m_gesture);
}

// Halfway to the next point, of the last one to the one before.
void ReplayCurve::addBeside(int index)
{
    const auto i = static_cast<std::size_t>(index);
    if (m_points.size() == 1)
        return add({ m_points[0].step == 0 ? m_numSteps - 1 : 0, m_points[0].ratio });
    const Point& a = m_points[i];
    const Point& b = m_points[i + 1 < m_points.size() ? i + 1 : i - 1];
    add({ (a.step + b.step) / 2, tidy((a.ratio + b.ratio) / 2) });
}

void ReplayCurve::remove(int index)
{
    if (index < 0 || m_points.size() < 2)
        return;
    Points points = m_points;
    points.erase(points.begin() + index);
    Q_EMIT edited(points, ++m_gesture);
}

QString ReplayCurve::describe(const Point& point) const
{
    return tr("step %1 · %2 : 1").arg(point.step).arg(widgets::shortNumber(point.ratio));
}

void ReplayCurve::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const widgets::Tokens& tokens = widgets::tokensFor(palette());
    const QRectF area = plot();
    painter.setPen(QPen(tokens.line, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.drawLine(area.topLeft(), area.bottomLeft());
    QPolygonF line { QPointF(area.left(), place(m_points.front()).y()) };
    for (const Point& point : m_points)
        line << place(point);
    line << QPointF(area.right(), place(m_points.back()).y());
    const QColor colour = widgets::seriesColour(tokens, 1); // of replayed samples, as in the batches
    painter.setPen(QPen(colour, 2));
    painter.drawPolyline(line);
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const bool chosen = hasFocus() && static_cast<int>(i) == m_chosen;
        painter.setPen(QPen(chosen ? tokens.accent : colour, 2));
        painter.setBrush(chosen ? tokens.accent : tokens.surface);
        painter.drawEllipse(place(m_points[i]), kRadius, kRadius);
    }
    painter.setFont(widgets::smallFont(font()));
    painter.setPen(tokens.secondary);
    const QRectF below(area.left(), area.bottom() + 3, area.width(), height() - area.bottom() - 3);
    painter.drawText(below, Qt::AlignLeft | Qt::AlignTop, tr("step 0"));
    painter.drawText(below, Qt::AlignRight | Qt::AlignTop, QString::number(m_numSteps - 1));
    painter.setPen(tokens.text);
    painter.drawText(QRectF(area.left() + 4, 0, area.width() - 4, area.top()),
        Qt::AlignLeft | Qt::AlignVCenter, describe(m_points[static_cast<std::size_t>(m_chosen)]));
}

void ReplayCurve::mousePressEvent(QMouseEvent* event)
{
    const int index = near(event->position());
    if (index < 0)
        return;
    choose(index);
    if (event->button() == Qt::RightButton) {
        remove(index);
    } else if (event->button() == Qt::LeftButton) {
        m_dragging = true;
        ++m_gesture;
    }
}

void ReplayCurve::mouseMoveEvent(QMouseEvent* event)
{
    if (m_dragging)
        move(m_chosen, pointAt(event->position()));
}

void ReplayCurve::mouseReleaseEvent(QMouseEvent*)
{
    m_dragging = false;
    setPoints(Points(m_points), m_numSteps);
}

void ReplayCurve::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && near(event->position()) < 0)
        add(pointAt(event->position()));
}

void ReplayCurve::keyPressEvent(QKeyEvent* event)
{
    const Point wanted = m_points[static_cast<std::size_t>(m_chosen)];
    const std::int64_t step = std::max<std::int64_t>(1, m_numSteps / 50);
    ++m_gesture;
    switch (event->key()) {
    case Qt::Key_PageUp:
        return choose(m_chosen - 1);
    case Qt::Key_PageDown:
        return choose(m_chosen + 1);
    case Qt::Key_Left:
        return move(m_chosen, { wanted.step - step, wanted.ratio });
    case Qt::Key_Right:
        return move(m_chosen, { wanted.step + step, wanted.ratio });
    case Qt::Key_Up:
        return move(m_chosen, { wanted.step, wanted.ratio + kRatioStep });
    case Qt::Key_Down:
        return move(m_chosen, { wanted.step, wanted.ratio - kRatioStep });
    case Qt::Key_Insert:
        return addBeside(m_chosen);
    case Qt::Key_Delete:
        return remove(m_chosen);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace msrl::pages
