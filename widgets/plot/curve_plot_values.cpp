// SPDX-License-Identifier: GPL-3.0-or-later
// What a curve plot can be asked: its series and their values, as they are and not as they are drawn.
#include "widgets/plot/curve_plot.h"
#include "widgets/plot/curve_ticks.h"
#include "widgets/plot/custom_plot.h"

#include <algorithm>
#include <cmath>

namespace msrl::widgets {

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
    return std::all_of(m_series.begin(), m_series.end(),
        [](const Series& series) { return !series.source || series.source->size() == 0; });
}

int CurvePlot::numNonFinite() const
{
    std::size_t count = 0;
    for (const Series& series : m_series)
        count += series.source ? series.source->numNotFinite() : 0;
    return static_cast<int>(count);
}

QVector<double> CurvePlot::notFiniteMarks() const
{
    QVector<double> marks;
    for (const Series& series : m_series)
        if (series.source)
            marks << series.source->notFinite(-HUGE_VAL, HUGE_VAL);
    return marks;
}

std::optional<QPointF> CurvePlot::lastPoint(const QString& name) const
{
    const Series* series = find(name);
    for (std::size_t i = series && series->source ? series->source->size() : 0; i-- > 0;) {
        if (const QPointF point(series->source->x(i), series->source->y(i)); std::isfinite(point.y()))
            return point;
    }
    return std::nullopt;
}

QVector<QPointF> CurvePlot::points(const QString& name) const
{
    const Series* series = find(name);
    return series && series->source ? series->source->window(-HUGE_VAL, HUGE_VAL, 0) : QVector<QPointF>();
}

QVector<QPointF> CurvePlot::dots(const QString& name) const
{
    return pointsAlone(points(name));
}

std::vector<CurveValue> CurvePlot::valuesAt(double x) const
{
    std::vector<CurveValue> values;
    for (const Series& series : m_series) {
        if (!series.visible || !series.source || series.source->size() == 0)
            continue;
        const CurveSource& source = *series.source;
        const auto [first, last] = source.positions(x, x);
        std::size_t nearest = first;
        for (std::size_t i = first; i < last; ++i)
            if (std::abs(source.x(i) - x) < std::abs(source.x(nearest) - x))
                nearest = i;
        values.push_back({ series.name, source.x(nearest), source.y(nearest) });
    }
    return values;
}

QString CurvePlot::toCsv() const
{
    QString csv = QStringLiteral("series,x,y\n");
    for (const Series& series : m_series) {
        QString name = series.name;
        name = QLatin1Char('"') + name.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
        for (std::size_t i = 0; series.source && i < series.source->size(); ++i)
            csv += QStringLiteral("%1,%2,%3\n")
                       .arg(name)
                       .arg(series.source->x(i), 0, 'g', 17)
                       .arg(series.source->y(i), 0, 'g', 17);
    }
    return csv;
}

} // namespace msrl::widgets
