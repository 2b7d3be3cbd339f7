// SPDX-License-Identifier: GPL-3.0-or-later
// What the mouse does with a curve: the crosshair under it, moving along the axis, zooming.
#include "widgets/plot/curve_cursor.h"
#include "widgets/plot/curve_plot.h"
#include "widgets/plot/custom_plot.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <utility>

namespace msrl::widgets {

namespace {

constexpr double kZoomPerStep = 0.8; // of the width, for a notch of the wheel
constexpr double kWheelStep = 120;

} // namespace

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_plot)
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::MouseMove:
        return pressOrMove(*static_cast<QMouseEvent*>(event));
    case QEvent::Wheel: {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        if (!wheel->modifiers().testFlag(Qt::ControlModifier) || wheel->angleDelta().y() == 0)
            return false; // the page scrolls
        zoomAround(m_plot->xAxis->pixelToCoord(wheel->position().x()),
            std::pow(kZoomPerStep, wheel->angleDelta().y() / kWheelStep));
        return true;
    }
    case QEvent::Leave:
        hideCrosshair();
        Q_EMIT crosshairLeft();
        return false;
    case QEvent::MouseButtonDblClick:
        resetZoom();
        Q_EMIT zoomLeft();
        return true;
    case QEvent::Paint:
        // It was scrolled into sight.
        if (m_stale && !m_refresh.isActive())
            m_refresh.start(0);
        return false;
    default:
        return false;
    }
}

bool CurvePlot::pressOrMove(const QMouseEvent& mouse)
{
    const double x = m_plot->xAxis->pixelToCoord(mouse.position().x());
    if (mouse.type() == QEvent::MouseButtonPress) {
        const bool moves = mouse.button() == Qt::MiddleButton
            || (mouse.button() == Qt::LeftButton && mouse.modifiers().testFlag(Qt::ShiftModifier));
        if (!moves)
            return false;
        m_dragged = x;
        m_plot->setCursor(Qt::ClosedHandCursor);
        return true;
    }
    if (mouse.type() == QEvent::MouseButtonRelease) {
        if (!std::exchange(m_dragged, std::nullopt))
            return false;
        m_plot->unsetCursor();
        return true;
    }
    if (m_dragged) {
        const double by = *m_dragged - x;
        const QPointF seen = xRange();
        choosePart(seen.x() + by, seen.y() + by);
        return true;
    }
    showCrosshair(x);
    Q_EMIT crosshairMoved(x);
    return false;
}

void CurvePlot::zoomAround(double x, double factor)
{
    const QPointF seen = xRange();
    const std::optional<QCPRange> whole = wholeX();
    const double lower = x - (x - seen.x()) * factor;
    const double upper = x + (seen.y() - x) * factor;
    if (whole && lower <= whole->lower && upper >= whole->upper) {
        resetZoom();
        Q_EMIT zoomLeft();
        return;
    }
    choosePart(lower, upper);
}

// At once here, as the hand waits for it; linked cards follow with the next frame.
void CurvePlot::choosePart(double lower, double upper)
{
    if (!(upper > lower))
        return;
    hideCrosshair();
    m_zoomed = false;
    m_xPart = std::pair(lower, upper);
    refresh();
    Q_EMIT xRangeChosen(lower, upper);
}

} // namespace msrl::widgets
