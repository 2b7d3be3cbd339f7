// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_plot.h"

#include "widgets/plot/curve_cursor.h"
#include "widgets/plot/curve_markers.h"
#include "widgets/plot/curve_ticks.h"
#include "widgets/plot/custom_plot.h"

#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace msrl::widgets {

namespace {

constexpr int kRefreshMs = 60; // at most about 16 redraws a second while streaming

} // namespace

CurvePlot::CurvePlot(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    m_cursor = new CurveCursor(*m_plot);
    m_markers = std::make_unique<CurveMarkers>(*m_plot);
    m_ticks = new CurveTicks(m_plot);
    m_cut = new QCPItemText(m_plot);
    m_cut->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_cut->position->setCoords(1, 0);
    m_cut->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
    m_cut->setSelectable(false);
    m_cut->setVisible(false);
    connect(m_plot, &QCustomPlot::afterLayout, this, [this] { m_markers->place(); });
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setSelectionRectMode(QCP::srmZoom);
    m_plot->axisRect()->setRangeZoomAxes(m_plot->xAxis, m_plot->yAxis);
    m_plot->axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom | QCP::msTop | QCP::msRight);
    m_plot->yAxis->setNumberPrecision(4);
    m_plot->yAxis->setNumberFormat(QStringLiteral("gb"));
    m_plot->xAxis->ticker()->setTickCount(6);
    m_plot->yAxis->ticker()->setTickCount(4);
    m_plot->setMouseTracking(true);
    m_plot->installEventFilter(this);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &CurvePlot::refresh);
    // A drag that really chose a rectangle changes the range; auto-scaling stops until the double-click.
    connect(m_plot->selectionRect(), &QCPSelectionRect::accepted, this, [this] {
        m_zoomed = true;
        Q_EMIT xRangeChosen(m_plot->xAxis->range().lower, m_plot->xAxis->range().upper);
    });
    applyColours();
}

CurvePlot::~CurvePlot() = default;

void CurvePlot::setSeries(const QString& name, int colour)
{
    Series* series = find(name);
    if (!series) {
        Series made;
        made.name = name;
        made.colour = static_cast<int>(m_series.size());
        made.smoother = Smoother(m_smoothing);
        made.raw = m_plot->addGraph();
        made.smooth = m_plot->addGraph();
        made.dots = m_plot->addGraph();
        made.dots->setLineStyle(QCPGraph::lsNone);
        m_series.push_back(std::move(made));
        series = &m_series.back();
    }
    const bool recoloured = colour >= 0 && colour != series->colour;
    if (recoloured)
        series->colour = colour;
    applyPens(*series);
    scheduleRefresh();
    if (recoloured)
        Q_EMIT dataChanged();
}

void CurvePlot::setSeriesVisible(const QString& name, bool visible)
{
    if (Series* series = find(name)) {
        series->visible = visible;
        applyPens(*series);
        scheduleRefresh();
    }
}

void CurvePlot::append(const QString& name, double x, double y)
{
    append(name, QVector<double> { x }, QVector<double> { y });
}

void CurvePlot::append(const QString& name, const QVector<double>& xs, const QVector<double>& ys)
{
    if (!find(name))
        setSeries(name);
    Series& series = *find(name);
    QVector<double> values = ys;
    QVector<double> smooth(ys.size());
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            // One infinity would switch QCustomPlot's auto-scaling off.
            values[i] = std::numeric_limits<double>::quiet_NaN();
            ++m_numNonFinite;
            m_ticks->add(CurveTicks::NotFinite, xs[i]);
            series.run = 0;
        } else {
            series.last = QPointF(xs[i], values[i]);
            addDot(series, xs[i], values[i]);
        }
        smooth[i] = series.smoother.next(values[i]);
    }
    series.raw->addData(xs, values);
    series.smooth->addData(xs, smooth);
    scheduleRefresh();
    Q_EMIT dataChanged();
}

void CurvePlot::addDot(Series& series, double x, double y)
{
    if (series.run == 0)
        series.dots->addData(x, y);
    else if (series.run == 1 && !series.dots->data()->isEmpty()) // it has a neighbour now
        series.dots->data()->removeAfter(
            std::nextafter((series.dots->data()->constEnd() - 1)->key, -HUGE_VAL));
    series.run = std::min(series.run + 1, 2);
}

void CurvePlot::addGap(const QString& name, double x)
{
    Series* series = find(name);
    if (!series)
        return;
    series->raw->addData(x, std::numeric_limits<double>::quiet_NaN());
    series->smooth->addData(x, std::numeric_limits<double>::quiet_NaN());
    series->run = 0;
}

void CurvePlot::clear()
{
    for (Series& series : m_series) {
        series.raw->data()->clear();
        series.smooth->data()->clear();
        series.dots->data()->clear();
        series.run = 0;
        series.smoother = Smoother(m_smoothing);
        series.last.reset();
    }
    m_numNonFinite = 0;
    m_ticks->clear(CurveTicks::NotFinite);
    m_zoomed = false;
    m_xPart.reset();
    m_cursor->hide();
    clearMarkers();
    scheduleRefresh();
    Q_EMIT dataChanged();
}

void CurvePlot::removeAllSeries()
{
    clear();
    m_series.clear();
    m_plot->clearGraphs();
    Q_EMIT dataChanged();
}

void CurvePlot::addMarker(const CurveMarker& marker)
{
    if (marker.kind == MarkerKind::Checkpoint) {
        m_ticks->add(CurveTicks::Checkpoint, marker.x);
        scheduleRefresh();
        return;
    }
    m_markers->add(marker);
    applyColours();
}

void CurvePlot::clearMarkers()
{
    m_markers->clear();
    m_ticks->clear(CurveTicks::Checkpoint);
    scheduleRefresh();
}

QStringList CurvePlot::markerWords() const
{
    return m_markers->shownWords();
}

QVector<double> CurvePlot::checkpointMarks() const
{
    return m_ticks->marks(CurveTicks::Checkpoint);
}

QVector<double> CurvePlot::notFiniteMarks() const
{
    return m_ticks->marks(CurveTicks::NotFinite);
}

void CurvePlot::setSmoothing(double weight)
{
    m_smoothing = std::clamp(weight, 0.0, Smoother::kMaximumWeight);
    for (Series& series : m_series) {
        resmooth(series);
        applyPens(series);
    }
    scheduleRefresh();
}

void CurvePlot::setLogY(bool on)
{
    m_plot->yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (on)
        m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    else
        m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    m_plot->yAxis->ticker()->setTickCount(4);
    scheduleRefresh();
}

bool CurvePlot::isLogY() const
{
    return m_plot->yAxis->scaleType() == QCPAxis::stLogarithmic;
}

void CurvePlot::setYFloor(std::optional<double> minimum, std::optional<double> maximum)
{
    m_floor = minimum;
    m_ceiling = maximum;
    scheduleRefresh();
}

void CurvePlot::showXRange(double lower, double upper)
{
    m_zoomed = false;
    m_xPart = std::pair(lower, upper);
    scheduleRefresh();
}

QPointF CurvePlot::xRange() const
{
    return { m_plot->xAxis->range().lower, m_plot->xAxis->range().upper };
}

void CurvePlot::resetZoom()
{
    m_zoomed = false;
    m_xPart.reset();
    refresh();
}

QStringList CurvePlot::seriesNames() const
{
    QStringList names;
    for (const Series& series : m_series)
        names << series.name;
    return names;
}

int CurvePlot::seriesColourIndex(const QString& name) const
{
    const Series* series = find(name);
    return series ? series->colour : -1;
}

bool CurvePlot::isSeriesVisible(const QString& name) const
{
    const Series* series = find(name);
    return series && series->visible;
}

bool CurvePlot::isEmpty() const
{
    return std::all_of(
        m_series.begin(), m_series.end(), [](const Series& s) { return s.raw->data()->isEmpty(); });
}

std::optional<QPointF> CurvePlot::lastPoint(const QString& name) const
{
    const Series* series = find(name);
    return series ? series->last : std::nullopt;
}

QVector<QPointF> CurvePlot::points(const QString& name) const
{
    QVector<QPointF> points;
    if (const Series* series = find(name))
        for (const QCPGraphData& point : *series->raw->data())
            points << QPointF(point.key, point.value);
    return points;
}

QVector<QPointF> CurvePlot::dots(const QString& name) const
{
    QVector<QPointF> points;
    if (const Series* series = find(name))
        for (const QCPGraphData& point : *series->dots->data())
            points << QPointF(point.key, point.value);
    return points;
}

std::vector<CurveValue> CurvePlot::valuesAt(double x) const
{
    std::vector<CurveValue> values;
    for (const Series& series : m_series) {
        const auto samples = series.raw->data();
        if (!series.visible || samples->isEmpty())
            continue;
        auto right = samples->findBegin(x, false);
        if (right == samples->constEnd())
            --right;
        if (right != samples->constBegin() && std::abs((right - 1)->key - x) < std::abs(right->key - x))
            --right;
        values.push_back({ series.name, right->key, right->value });
    }
    return values;
}

QString CurvePlot::toCsv() const
{
    QString csv = QStringLiteral("series,x,y\n");
    for (const Series& series : m_series) {
        QString name = series.name;
        name = QLatin1Char('"') + name.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
        for (const QCPGraphData& point : *series.raw->data())
            csv += QStringLiteral("%1,%2,%3\n")
                       .arg(name)
                       .arg(point.key, 0, 'g', 17)
                       .arg(point.value, 0, 'g', 17);
    }
    return csv;
}

CurvePlot::Series* CurvePlot::find(const QString& name)
{
    const auto found
        = std::find_if(m_series.begin(), m_series.end(), [&](const Series& s) { return s.name == name; });
    return found == m_series.end() ? nullptr : &*found;
}

const CurvePlot::Series* CurvePlot::find(const QString& name) const
{
    const auto found
        = std::find_if(m_series.begin(), m_series.end(), [&](const Series& s) { return s.name == name; });
    return found == m_series.end() ? nullptr : &*found;
}

void CurvePlot::resmooth(Series& series)
{
    series.smoother = Smoother(m_smoothing);
    QVector<QCPGraphData> values;
    values.reserve(series.raw->dataCount());
    for (const QCPGraphData& point : *series.raw->data())
        values << QCPGraphData(point.key, series.smoother.next(point.value));
    series.smooth->data()->set(values, true);
}

} // namespace msrl::widgets
