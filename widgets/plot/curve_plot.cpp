// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_plot.h"

#include "widgets/plot/curve_cursor.h"
#include "widgets/plot/custom_plot.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QEvent>
#include <QMouseEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace msrl::widgets {

namespace {

constexpr int kRefreshMs = 60; // at most about 16 redraws a second while streaming
constexpr double kRawAlpha = 0.35;
constexpr double kPadding = 0.06;

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

CurvePlot::CurvePlot(QWidget* parent)
    : QWidget(parent)
    , m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    m_cursor = new CurveCursor(*m_plot);
    m_plot->setNoAntialiasingOnDrag(true);
    m_plot->setSelectionRectMode(QCP::srmZoom);
    m_plot->axisRect()->setRangeZoomAxes(m_plot->xAxis, m_plot->yAxis);
    m_plot->axisRect()->setAutoMargins(QCP::msLeft | QCP::msBottom | QCP::msTop | QCP::msRight);
    m_plot->axisRect()->setMinimumMargins(QMargins(40, 8, 12, 20));
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
    connect(m_plot->selectionRect(), &QCPSelectionRect::accepted, this, [this] { m_zoomed = true; });
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
        made.raw->setScatterSkip(0);
        m_series.push_back(std::move(made));
        series = &m_series.back();
    }
    if (colour >= 0)
        series->colour = colour;
    applyPens(*series);
    scheduleRefresh();
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
        } else {
            series.last = QPointF(xs[i], values[i]);
        }
        smooth[i] = series.smoother.next(values[i]);
    }
    series.raw->addData(xs, values);
    series.smooth->addData(xs, smooth);
    scheduleRefresh();
    Q_EMIT dataChanged();
}

void CurvePlot::addGap(const QString& name, double x)
{
    Series* series = find(name);
    if (!series)
        return;
    series->raw->addData(x, std::numeric_limits<double>::quiet_NaN());
    series->smooth->addData(x, std::numeric_limits<double>::quiet_NaN());
}

void CurvePlot::clear()
{
    for (Series& series : m_series) {
        series.raw->data()->clear();
        series.smooth->data()->clear();
        series.smoother = Smoother(m_smoothing);
        series.last.reset();
    }
    m_numNonFinite = 0;
    m_zoomed = false;
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
    Marker made { marker, new QCPItemStraightLine(m_plot), new QCPItemText(m_plot) };
    for (QCPItemPosition* point : { made.line->point1, made.line->point2, made.label->position }) {
        point->setTypeX(QCPItemPosition::ptPlotCoords);
        point->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    made.line->point1->setCoords(marker.x, 0);
    made.line->point2->setCoords(marker.x, 1);
    made.label->position->setCoords(marker.x, 0);
    made.label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    made.label->setText(marker.text);
    made.label->setPadding(QMargins(3, 0, 3, 0));
    made.line->setSelectable(false);
    made.label->setSelectable(false);
    m_markers.push_back(made);
    applyColours();
}

void CurvePlot::clearMarkers()
{
    for (const Marker& marker : m_markers) {
        m_plot->removeItem(marker.line);
        m_plot->removeItem(marker.label);
    }
    m_markers.clear();
    scheduleRefresh();
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

void CurvePlot::setXLabel(const QString& label)
{
    m_plot->xAxis->setLabel(label);
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

void CurvePlot::setYFloor(std::optional<double> minimum, std::optional<double> maximum)
{
    m_floor = minimum;
    m_ceiling = maximum;
    scheduleRefresh();
}

void CurvePlot::resetZoom()
{
    m_zoomed = false;
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
    const QString label = m_plot->xAxis->label().isEmpty() ? tr("step") : m_plot->xAxis->label();
    m_cursor->show(nearest, QStringLiteral("%1 %2").arg(label, QString::number(nearest, 'g', 8)), rows);
}

void CurvePlot::hideCrosshair()
{
    m_cursor->hide();
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_plot) {
        switch (event->type()) {
        case QEvent::MouseMove: {
            const auto* mouse = static_cast<QMouseEvent*>(event);
            const double x = m_plot->xAxis->pixelToCoord(mouse->position().x());
            showCrosshair(x);
            Q_EMIT crosshairMoved(x);
            break;
        }
        case QEvent::Leave:
            hideCrosshair();
            Q_EMIT crosshairLeft();
            break;
        case QEvent::MouseButtonDblClick:
            resetZoom();
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
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
    scheduleRefresh();
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
    for (const Marker& marker : m_markers) {
        const bool stage = marker.value.kind == MarkerKind::Stage;
        marker.line->setPen(
            QPen(stage ? tokens.secondary : tokens.line, 1, stage ? Qt::SolidLine : Qt::DashLine));
        marker.label->setColor(tokens.secondary);
        marker.label->setFont(smallFont(font()));
    }
    m_cursor->applyColours();
    scheduleRefresh();
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
    // A line needs two points: a single one is drawn as a dot.
    series.raw->setScatterStyle(series.raw->dataCount() == 1 ? QCPScatterStyle(QCPScatterStyle::ssDisc, 4)
                                                             : QCPScatterStyle(QCPScatterStyle::ssNone));
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

void CurvePlot::scheduleRefresh()
{
    // A hidden plot catches up when it is shown.
    if (isVisible() && !m_refresh.isActive())
        m_refresh.start();
}

void CurvePlot::refresh()
{
    for (const Series& series : m_series)
        applyPens(series);
    if (!m_zoomed)
        fitAxes();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::fitAxes()
{
    std::optional<QCPRange> xs;
    std::optional<QCPRange> ys;
    const auto include = [](std::optional<QCPRange>& all, const QCPRange& range) {
        all = all ? QCPRange(std::min(all->lower, range.lower), std::max(all->upper, range.upper)) : range;
    };
    for (const Series& series : m_series) {
        bool found = false;
        if (!series.visible)
            continue;
        if (const QCPRange range = series.raw->getKeyRange(found); found)
            include(xs, range);
        if (const QCPRange range = series.raw->getValueRange(found); found)
            include(ys, range);
    }
    if (m_floor)
        ys = ys ? QCPRange(std::min(ys->lower, *m_floor), ys->upper) : QCPRange(*m_floor, *m_floor);
    if (m_ceiling)
        ys = ys ? QCPRange(ys->lower, std::max(ys->upper, *m_ceiling)) : QCPRange(*m_ceiling, *m_ceiling);
    QCPRange x = xs.value_or(QCPRange(0, 1));
    QCPRange y = ys.value_or(QCPRange(0, 1));
    if (x.size() <= 0)
        x = QCPRange(x.lower - 0.5, x.upper + 0.5);
    double pad = y.size() * kPadding;
    if (y.size() <= 0)
        pad = std::max(std::abs(y.lower) * 0.1, 1e-6);
    m_plot->xAxis->setRange(x);
    if (m_plot->yAxis->scaleType() == QCPAxis::stLogarithmic)
        m_plot->yAxis->setRange(y);
    else
        m_plot->yAxis->setRange(y.lower - pad, y.upper + pad);
}

} // namespace msrl::widgets
