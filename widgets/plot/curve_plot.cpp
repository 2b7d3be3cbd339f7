// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_plot.h"

#include "widgets/plot/appended_curve.h"
#include "widgets/plot/clock_ticker.h"
#include "widgets/plot/curve_cursor.h"
#include "widgets/plot/curve_markers.h"
#include "widgets/plot/curve_ticks.h"
#include "widgets/plot/custom_plot.h"

#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

namespace {

constexpr int kRefreshMs = 60; // at most about 16 redraws a second while streaming
constexpr int kXTicks = 6;
constexpr int kClockTicks = 4; // their words are longer
constexpr int kTickRoom = 60; // pixels that a tick takes with its words
constexpr int kClockTickRoom = 90;

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
    fitTicks();
    m_plot->yAxis->ticker()->setTickCount(4);
    m_plot->setMouseTracking(true);
    m_plot->installEventFilter(this);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_refresh.setSingleShot(true);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (!m_plot->visibleRegion().isEmpty()) // else when it is painted
            refresh();
    });
    // A drag that really chose a rectangle changes the range; auto-scaling stops until the double-click.
    connect(m_plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
        [this](const QCPRange& range) {
            if (!m_fitting)
                fill(range.lower, range.upper);
        });
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
        made.smoothed.setWeight(m_smoothing);
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
    scheduleRefresh(kRefreshMs);
    if (recoloured)
        Q_EMIT dataChanged();
}

void CurvePlot::setSeriesVisible(const QString& name, bool visible)
{
    if (Series* series = find(name)) {
        series->visible = visible;
        applyPens(*series);
        scheduleRefresh(kRefreshMs);
    }
}

void CurvePlot::setSource(const QString& name, std::shared_ptr<const CurveSource> source)
{
    if (!find(name))
        setSeries(name);
    Series& series = *find(name);
    series.own.reset();
    series.source = std::move(source);
    series.smoothed.setWeight(m_smoothing);
    sourceChanged(name);
}

void CurvePlot::sourceChanged(const QString& name)
{
    if (!find(name))
        return;
    scheduleRefresh(kRefreshMs);
    Q_EMIT dataChanged();
}

AppendedCurve& CurvePlot::appended(const QString& name)
{
    if (!find(name))
        setSeries(name);
    Series& series = *find(name);
    if (!series.own) {
        series.own = std::make_shared<AppendedCurve>();
        series.source = series.own;
        series.smoothed.setWeight(m_smoothing);
    }
    return *series.own;
}

void CurvePlot::append(const QString& name, double x, double y)
{
    append(name, QVector<double> { x }, QVector<double> { y });
}

void CurvePlot::append(const QString& name, const QVector<double>& xs, const QVector<double>& ys)
{
    AppendedCurve& curve = appended(name);
    for (qsizetype i = 0; i < xs.size(); ++i)
        curve.append(xs[i], ys[i]);
    sourceChanged(name);
}

void CurvePlot::addGap(const QString& name, double x)
{
    if (find(name))
        appended(name).appendGap(x);
}

void CurvePlot::clear()
{
    for (Series& series : m_series) {
        series.own.reset();
        series.source.reset();
        series.smoothed.setWeight(m_smoothing);
        for (QCPGraph* graph : { series.raw, series.smooth, series.dots })
            graph->data()->clear();
    }
    m_ticks->clear(CurveTicks::NotFinite);
    m_zoomed = false;
    m_xPart.reset();
    m_cursor->hide();
    clearMarkers();
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
        scheduleRefresh(kRefreshMs);
        return;
    }
    m_markers->add(marker);
    applyColours();
}

void CurvePlot::clearMarkers()
{
    m_markers->clear();
    m_ticks->clear(CurveTicks::Checkpoint);
    scheduleRefresh(kRefreshMs);
}

QStringList CurvePlot::markerWords() const
{
    return m_markers->shownWords();
}

QVector<double> CurvePlot::checkpointMarks() const
{
    return m_ticks->marks(CurveTicks::Checkpoint);
}

void CurvePlot::setSmoothing(double weight)
{
    m_smoothing = std::clamp(weight, 0.0, Smoother::kMaximumWeight);
    for (Series& series : m_series) {
        series.smoothed.setWeight(m_smoothing);
        applyPens(series);
    }
    scheduleRefresh(kRefreshMs);
}

void CurvePlot::setXClock(bool on)
{
    if (on == m_xIsClock)
        return;
    m_xIsClock = on;
    if (on)
        m_plot->xAxis->setTicker(QSharedPointer<ClockTicker>::create());
    else
        m_plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    fitTicks();
    scheduleRefresh(kRefreshMs);
}

// In a narrow card their words would run into each other.
void CurvePlot::fitTicks()
{
    const int width = m_plot->width() - kTickRoom; // beside the words of the other axis
    m_plot->xAxis->ticker()->setTickCount(m_xIsClock ? std::clamp(width / kClockTickRoom, 2, kClockTicks)
                                                     : std::clamp(width / kTickRoom, 2, kXTicks));
}

void CurvePlot::setLogY(bool on)
{
    m_plot->yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (on)
        m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    else
        m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    m_plot->yAxis->ticker()->setTickCount(4);
    scheduleRefresh(kRefreshMs);
}

bool CurvePlot::isLogY() const
{
    return m_plot->yAxis->scaleType() == QCPAxis::stLogarithmic;
}

void CurvePlot::setYFloor(std::optional<double> minimum, std::optional<double> maximum)
{
    m_floor = minimum;
    m_ceiling = maximum;
    scheduleRefresh(kRefreshMs);
}

void CurvePlot::showXRange(double lower, double upper)
{
    m_zoomed = false;
    m_xPart = std::pair(lower, upper);
    scheduleRefresh(0);
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

} // namespace msrl::widgets
