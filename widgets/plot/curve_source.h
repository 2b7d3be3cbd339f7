// SPDX-License-Identifier: GPL-3.0-or-later
// What a curve is drawn from. A plot keeps no points of its own: it asks for those of the part that it shows,
// no more than there are pixels for.
#pragma once

#include <QPointF>
#include <QVector>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace msrl::widgets {

class CurveSource
{
public:
    virtual ~CurveSource() = default;

    virtual std::size_t size() const = 0;
    virtual double x(std::size_t index) const = 0; // never falls
    virtual double y(std::size_t index) const = 0; // NaN: a gap
    // y of [first, first + count) into `out`.
    virtual void copyY(std::size_t first, std::size_t count, double* out) const = 0;
    // Positions of a part of the axis with their neighbours on both sides: first, and one behind the last.
    virtual std::pair<std::size_t, std::size_t> positions(double from, double to) const = 0;
    // The points of a part of the axis and their neighbours on both sides. Of a column of pixels at least the
    // least, the greatest and the last one.
    virtual QVector<QPointF> window(double from, double to, int columns) const = 0;
    // How many values were measured that are no number or infinite, and where in a part of the axis.
    virtual std::size_t numNotFinite() const = 0;
    virtual QVector<double> notFinite(double from, double to) const = 0;
    // Another number whenever what was there before is no longer the beginning of what is there now.
    virtual std::uint64_t revision() const = 0;
};

inline constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// Of these points the ones between two gaps, which a line would not show.
QVector<QPointF> pointsAlone(const QVector<QPointF>& points);

// Keeps at least the least, the greatest and the last point of every column, and all of few points.
class ColumnDecimator
{
public:
    ColumnDecimator(double from, double to, int columns);

    void add(double x, double y); // x never falls; NaN: a gap
    QVector<QPointF> take();

private:
    void endColumn();

    double m_from;
    double m_width;
    double m_column = 0;
    bool m_any = false; // point in the column
    QPointF m_least, m_greatest, m_last;
    bool m_anyFinite = false;
    QVector<QPointF> m_points;
};

} // namespace msrl::widgets
