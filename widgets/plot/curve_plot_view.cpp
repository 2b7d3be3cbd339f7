// SPDX-License-Identifier: GPL-3.0-or-later
// How a curve looks: colours, the part of the axes that is seen, the crosshair under the mouse.
#include "widgets/plot/axis_range.h"
#include "widgets/plot/curve_cursor.h"
#include "widgets/plot/curve_markers.h"
#include "widgets/plot/curve_plot.h"
#include "widgets/plot/curve_ticks.h"
#include "widgets/plot/custom_plot.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>

#include <algorithm>
#include <cmath>
#include <limits>

namespace msrl::widgets {

namespace {

constexpr double kRawAlpha = 0.35;
constexpr double kPadding = 0.06;
constexpr double kLeastSpan = 0.02; // of minutes, one second: points of one instant are no axis
constexpr int kDotSize = 5;
const QMargins kMargins(40, 6, 12, 18);
constexpr int kLeastColumns = 200; // of a plot that was not laid out yet
constexpr int kSettleMs = 60; // a change of size or colours comes in steps
constexpr int kWordRoom = 14; // above the curves, for the words of markers

void styleAxis(QCPAxis& axis, const Tokens& tokens, const QFont& font)
{
    axis.setBasePen(QPen(tokens.line, 1));
    axis.setTickPen(Qt::NoPen);
    axis.setSubTickPen(Qt::NoPen);
    axis.setTickLabelColor(tokens.secondary);
    axis.setTickLabelFont(font);
    axis.setLabelColor(tokens.secondary);
    axis.setLabelFont(font);
    axis.grid()->setPen(QPen(blend(tokens.surface, tokens.line, 0.6), 1));
    axis.grid()->setZeroLinePen(QPen(tokens.line, 1));
    axis.setTickLengthIn(0);
    axis.setSubTickLengthIn(0);
}

} // namespace

void CurvePlot::showCrosshair(double x)
{
    std::vector<CurveCursor::Row> rows;
    double nearest = x;
    double distance = std::numeric_limits<double>::infinity();
    const Tokens& tokens = tokensFor(palette());
    for (const CurveValue& value : valuesAt(x)) {
        rows.push_back(
            { value.series, shortNumber(value.y), seriesColour(tokens, seriesColourIndex(value.series)) });
        if (std::abs(value.x - x) < distance) {
            distance = std::abs(value.x - x);
            nearest = value.x;
        }
    }
    if (rows.empty()) {
        m_cursor->hide();
        return;
    }
    m_cursor->show(nearest, placeText(nearest), rows);
}

QString CurvePlot::placeText(double x) const
{
    if (m_xIsClock)
        return locale().toString(
            QCPAxisTickerDateTime::keyToDateTime(x), QStringLiteral("d MMM yyyy HH:mm:ss"));
    const QString place = QString::number(x, 'g', 6);
    return m_xName.isEmpty() ? place : QStringLiteral("%1 %2").arg(m_xName, place);
}

void CurvePlot::hideCrosshair()
{
    m_cursor->hide();
}

void CurvePlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColours();
    QWidget::changeEvent(event);
}

void CurvePlot::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void CurvePlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    scheduleRefresh(kSettleMs);
}

void CurvePlot::applyColours()
{
    const Tokens& tokens = tokensFor(palette());
    m_plot->setBackground(QBrush(tokens.surface));
    for (QCPAxis* axis : { m_plot->xAxis, m_plot->yAxis })
        styleAxis(*axis, tokens, smallFont(font()));
    m_plot->xAxis->grid()->setVisible(false);
    m_plot->yAxis->setBasePen(Qt::NoPen);
    m_plot->selectionRect()->setPen(QPen(tokens.accent, 1));
    m_plot->selectionRect()->setBrush(
        QColor(tokens.accent.red(), tokens.accent.green(), tokens.accent.blue(), 40));
    for (const Series& series : m_series)
        applyPens(series);
    m_ticks->setColour(CurveTicks::Checkpoint, tokens.secondary);
    m_ticks->setColour(CurveTicks::NotFinite, tokens.warning);
    m_markers->applyColours(tokens, smallFont(font()));
    m_cut->setColor(tokens.secondary);
    m_cut->setFont(smallFont(font()));
    m_cut->setBrush(QBrush(tokens.surface));
    m_cursor->applyColours();
    scheduleRefresh(kSettleMs);
}

void CurvePlot::applyPens(const Series& series)
{
    // Width 1: QCustomPlot's wider anti-aliased pens are a hundred times slower.
    const bool smooth = m_smoothing > 0;
    QColor colour = seriesColour(tokensFor(palette()), series.colour);
    series.smooth->setPen(QPen(colour, 1, seriesDash(series.colour)));
    if (smooth)
        colour.setAlphaF(static_cast<float>(kRawAlpha));
    series.raw->setPen(QPen(colour, 1, seriesDash(series.colour)));
    series.raw->setVisible(series.visible);
    series.smooth->setVisible(series.visible && smooth);
    series.dots->setVisible(series.visible);
    const QColor dot = seriesColour(tokensFor(palette()), series.colour);
    series.dots->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, dot, dot, kDotSize));
}

void CurvePlot::scheduleRefresh(int delayMs)
{
    m_stale = true;
    // A plot out of sight catches up when it is shown.
    if (isVisible() && (!m_refresh.isActive() || m_refresh.remainingTime() > delayMs))
        m_refresh.start(delayMs);
}

void CurvePlot::bringUpToDate()
{
    refresh();
    m_plot->replot(QCustomPlot::rpRefreshHint);
}

void CurvePlot::refresh()
{
    m_stale = false;
    for (const Series& series : m_series)
        applyPens(series);
    m_plot->axisRect()->setMinimumMargins(
        kMargins + QMargins(0, m_markers->hasWords() ? kWordRoom : 0, 0, 0));
    fitTicks();
    m_fitting = true;
    if (m_zoomed)
        fill(m_plot->xAxis->range().lower, m_plot->xAxis->range().upper);
    else
        fitAxes();
    m_fitting = false;
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

// Gives the graphs what there is to see of a part of the axis.
void CurvePlot::fill(double from, double to)
{
    const int columns = std::max(m_plot->axisRect()->width(), kLeastColumns);
    const auto give = [](QCPGraph& graph, const QVector<QPointF>& points) {
        QVector<QCPGraphData> samples;
        samples.reserve(points.size());
        for (const QPointF& point : points)
            samples << QCPGraphData(point.x(), point.y());
        graph.data()->set(samples, true);
    };
    m_ticks->clear(CurveTicks::NotFinite);
    for (Series& series : m_series) {
        if (!series.source)
            continue;
        const QVector<QPointF> raw = series.source->window(from, to, columns);
        give(*series.raw, raw);
        give(*series.dots, pointsAlone(raw));
        if (m_smoothing > 0) {
            series.smoothed.follow(*series.source);
            give(*series.smooth, series.smoothed.window(*series.source, from, to, columns));
        }
        for (const double x : series.source->notFinite(from, to))
            m_ticks->add(CurveTicks::NotFinite, x);
    }
}

bool CurvePlot::isInPart(double x) const
{
    return !m_xPart || (x >= m_xPart->first && x <= m_xPart->second);
}

// What the values ask for, within the limits that were set; a spike that is left out is named in the corner.
QCPRange CurvePlot::fitY()
{
    std::vector<double> values;
    double greatest = -std::numeric_limits<double>::infinity();
    for (const Series& series : m_series) {
        if (!series.visible)
            continue;
        for (const QCPGraphData& point : *series.raw->data()) {
            if (!std::isfinite(point.value) || !isInPart(point.key))
                continue;
            values.push_back(point.value);
            greatest = std::max(greatest, point.value);
        }
    }
    const bool any = !values.empty();
    const AxisRange range = robustRange(std::move(values));
    m_cut->setVisible(range.cutAbove);
    m_cut->setText(QStringLiteral("\u25b2 %1").arg(shortNumber(greatest)));
    if (!any)
        return QCPRange(m_floor.value_or(0), m_ceiling.value_or(m_floor.value_or(0) + 1));
    return QCPRange(std::min(range.lower, m_floor.value_or(range.lower)),
        std::max(range.upper, m_ceiling.value_or(range.upper)));
}

QCPRange CurvePlot::fitLogY() const
{
    double least = std::numeric_limits<double>::infinity();
    double greatest = 0;
    for (const Series& series : m_series) {
        if (!series.visible)
            continue;
        for (const QCPGraphData& point : *series.raw->data()) {
            if (!(point.value > 0) || !isInPart(point.key))
                continue;
            least = std::min(least, point.value);
            greatest = std::max(greatest, point.value);
        }
    }
    if (greatest <= 0)
        return QCPRange(0.1, 1);
    const double pad = std::pow(std::max(greatest / least, 1.1), kPadding);
    return QCPRange(least / pad, greatest * pad);
}

std::optional<QCPRange> CurvePlot::wholeX() const
{
    std::optional<QCPRange> xs;
    for (const Series& series : m_series) {
        if (!series.visible || !series.source || series.source->size() == 0)
            continue;
        const QCPRange range(series.source->x(0), series.source->x(series.source->size() - 1));
        xs = xs ? QCPRange(std::min(xs->lower, range.lower), std::max(xs->upper, range.upper)) : range;
    }
    return xs;
}

void CurvePlot::fitAxes()
{
    QCPRange x = m_xPart ? QCPRange(m_xPart->first, m_xPart->second) : wholeX().value_or(QCPRange(0, 1));
    if (x.size() <= 0)
        x = QCPRange(x.lower - 0.5, x.upper + 0.5);
    else if (!m_xPart && x.size() < kLeastSpan)
        x = QCPRange(x.center() - kLeastSpan / 2, x.center() + kLeastSpan / 2);
    fill(x.lower, x.upper);
    const QCPRange y = fitY();
    double pad = y.size() * kPadding;
    if (y.size() <= 0)
        pad = std::max(std::abs(y.lower) * 0.1, 1e-6);
    const bool dotted = std::any_of(
        m_series.begin(), m_series.end(), [](const Series& s) { return !s.dots->data()->isEmpty(); });
    const double beside
        = dotted && !m_xPart ? kPadding / 2 * x.size() : 0; // or a dot at the edge would be half a dot
    m_plot->xAxis->setRange(x.lower - beside, x.upper + beside);
    if (isLogY()) {
        m_cut->setVisible(false); // nothing is left out
        m_plot->yAxis->setRange(fitLogY());
    } else {
        m_plot->yAxis->setRange(y.lower - pad, y.upper + pad);
    }
}

} // namespace msrl::widgets
