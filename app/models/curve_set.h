// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of one run as they grow: a curve per stage, name and source, and the view of them that a plot
// draws.
#pragma once

#include "app/models/curve.h"
#include "core/store/metric_chunk.h"
#include "core/store/rows.h"

#include <QObject>
#include <QStringList>

#include <compare>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace msrl::models {

enum class CurveAxis { Time, Step, Clock };

struct CurvePoint
{
    double x = 0;
    double y = 0; // NaN: a gap
};

// The part of the axis that is seen and how many columns of pixels it has.
struct CurveWindow
{
    double from = 0;
    double to = 0;
    int columns = 0;
};

// Where a stage begins on the axis.
struct StageBoundary
{
    double x = 0;
    std::string stage;
};

// One stage's part of a line.
struct CurveSegment
{
    std::string stage;
    const Curve* curve = nullptr;
    std::int64_t stepOffset = 0;
};

class CurveSet : public QObject
{
    Q_OBJECT
public:
    explicit CurveSet(QObject* parent = nullptr);

    void clear();
    void append(std::span<const store::MetricRow> rows);
    void append(std::span<const store::MetricChunk> chunks);
    // A stage went back to a checkpoint: what came after `step` is gone.
    void truncate(const std::string& stage, std::int64_t step);

    bool isEmpty() const { return m_curves.empty(); }
    QStringList names() const;
    std::vector<std::string> sources(const std::string& name) const;
    const Curve* curve(const std::string& stage, const std::string& name, const std::string& source) const;

    // The stages of one line in order.
    std::vector<CurveSegment> segments(const std::string& name, const std::string& source) const;

    // Axis values: seconds since the run's first point, steps counted on through the stages, or seconds since
    // 1970. Of a wait between two stages (an audit, a night until the run was continued) at most a minute is
    // shown, but by the clock all of it.
    double x(const CurveSegment& segment, std::size_t index, CurveAxis axis) const;
    // Points of the segment before this place on the axis; with `at` those at it too.
    std::size_t numBefore(const CurveSegment& segment, double x, CurveAxis axis, bool at) const;
    std::vector<StageBoundary> boundaries(CurveAxis axis) const;
    std::pair<double, double> extent(CurveAxis axis) const;

    // The points of segments of one line, parted by gaps. A column of pixels shows its least, greatest and
    // last value, and the window's neighbours are kept, so lines enter and leave the picture as they should.
    // columns <= 0: every point.
    std::vector<CurvePoint> points(
        std::span<const CurveSegment> segments, CurveAxis axis, const CurveWindow& window) const;

Q_SIGNALS:
    // Names of the curves that grew.
    void curvesChanged(const QStringList& names);
    void cleared();

private:
    struct Key
    {
        std::string name;
        std::string source;
        std::size_t stage = 0; // position in m_stages
        auto operator<=>(const Key&) const = default;
    };
    struct Stage
    {
        std::string id;
        std::int64_t firstMs = 0;
        std::int64_t lastStep = 0;
    };

    // The stage of points that come now, from `timeMs` on: known, and a long wait before it left out.
    std::size_t enterStage(const std::string& id, std::int64_t timeMs);
    std::vector<std::int64_t> stepOffsets() const;
    double seconds(std::int64_t timeMs, CurveAxis axis) const; // Time or Clock
    void announce(const std::set<std::string>& grown);
    void addCurve(std::vector<CurvePoint>& out, const CurveSegment& segment, CurveAxis axis,
        const CurveWindow& window) const;

    std::map<Key, Curve> m_curves;
    std::vector<Stage> m_stages; // in order of their first point
    struct Wait
    {
        std::int64_t endMs = 0;
        std::int64_t leftOutMs = 0; // of this and all earlier ones
    };

    std::vector<Wait> m_waits;
    std::size_t m_lastStage = 0;
    std::int64_t m_originMs = 0;
    std::int64_t m_lastMs = 0;
};

} // namespace msrl::models
