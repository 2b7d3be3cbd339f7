// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/curve_set.h"

#include "app/models/strings.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace msrl::models {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kLongestWaitMs = 60'000;
constexpr std::size_t kPointsPerColumn = 3; // least, greatest, last

} // namespace

CurveSet::CurveSet(QObject* parent)
    : QObject(parent)
{
}

void CurveSet::clear()
{
    m_curves.clear();
    m_stages.clear();
    m_waits.clear();
    m_lastStage = 0;
    m_originMs = 0;
    m_lastMs = 0;
    Q_EMIT cleared();
}

std::size_t CurveSet::enterStage(const std::string& id, std::int64_t timeMs)
{
    if (m_stages.empty())
        m_originMs = timeMs;
    const auto found = std::find_if(
        m_stages.begin(), m_stages.end(), [&id](const Stage& stage) { return stage.id == id; });
    const auto stage = static_cast<std::size_t>(found - m_stages.begin());
    if (found == m_stages.end())
        m_stages.push_back({ id, timeMs, 0 });
    const std::int64_t waited = m_lastMs == 0 ? 0 : timeMs - m_lastMs;
    if (stage != m_lastStage && waited > kLongestWaitMs) {
        const std::int64_t before = m_waits.empty() ? 0 : m_waits.back().leftOutMs;
        m_waits.push_back({ timeMs, before + waited - kLongestWaitMs });
    }
    m_lastStage = stage;
    return stage;
}

void CurveSet::append(std::span<const store::MetricRow> rows)
{
    if (rows.empty())
        return;
    std::set<std::string> grown;
    for (const store::MetricRow& row : rows) {
        const std::size_t stage = enterStage(row.stage, row.timeMs);
        m_stages[stage].lastStep = std::max(m_stages[stage].lastStep, row.step);
        m_lastMs = std::max(m_lastMs, row.timeMs);
        m_curves[Key { row.name, row.source, stage }].append(row.step, row.timeMs, row.value);
        grown.insert(row.name);
    }
    announce(grown);
}

void CurveSet::append(std::span<const store::MetricChunk> chunks)
{
    std::set<std::string> grown;
    for (const store::MetricChunk& chunk : chunks) {
        if (chunk.values.empty())
            continue;
        const std::size_t stage = enterStage(chunk.stage, chunk.timesMs.front());
        std::int64_t& lastStep = m_stages[stage].lastStep;
        lastStep = std::max(lastStep, *std::max_element(chunk.steps.begin(), chunk.steps.end()));
        m_lastMs = std::max(m_lastMs, *std::max_element(chunk.timesMs.begin(), chunk.timesMs.end()));
        m_curves[Key { chunk.name, chunk.source, stage }].append(chunk);
        grown.insert(chunk.name);
    }
    if (!grown.empty())
        announce(grown);
}

void CurveSet::announce(const std::set<std::string>& grown)
{
    QStringList names;
    for (const std::string& name : grown)
        names.push_back(toQt(name));
    Q_EMIT curvesChanged(names);
}

void CurveSet::truncate(const std::string& stage, std::int64_t step)
{
    QStringList names;
    for (auto& [key, curve] : m_curves) {
        if (m_stages[key.stage].id != stage)
            continue;
        const std::size_t before = curve.size();
        curve.truncateAfter(step);
        if (curve.size() != before && (names.isEmpty() || names.back() != toQt(key.name)))
            names.push_back(toQt(key.name));
    }
    for (Stage& known : m_stages) {
        if (known.id == stage)
            known.lastStep = std::min(known.lastStep, std::max<std::int64_t>(step, 0));
    }
    if (!names.isEmpty())
        Q_EMIT curvesChanged(names);
}

QStringList CurveSet::names() const
{
    QStringList all;
    for (const auto& [key, curve] : m_curves) {
        const QString name = toQt(key.name);
        if (all.isEmpty() || all.back() != name)
            all.push_back(name);
    }
    return all;
}

std::vector<std::string> CurveSet::sources(const std::string& name) const
{
    std::vector<std::string> all;
    for (auto it = m_curves.lower_bound(Key { name, "", 0 }); it != m_curves.end() && it->first.name == name;
         ++it) {
        if (all.empty() || all.back() != it->first.source)
            all.push_back(it->first.source);
    }
    return all;
}

const Curve* CurveSet::curve(
    const std::string& stage, const std::string& name, const std::string& source) const
{
    for (std::size_t i = 0; i < m_stages.size(); ++i) {
        if (m_stages[i].id != stage)
            continue;
        const auto found = m_curves.find(Key { name, source, i });
        return found == m_curves.end() ? nullptr : &found->second;
    }
    return nullptr;
}

std::vector<std::int64_t> CurveSet::stepOffsets() const
{
    std::vector<std::int64_t> offsets;
    std::int64_t sum = 0;
    for (const Stage& stage : m_stages) {
        offsets.push_back(sum);
        sum += stage.lastStep;
    }
    return offsets;
}

std::vector<CurveSegment> CurveSet::segments(const std::string& name, const std::string& source) const
{
    const std::vector<std::int64_t> offsets = stepOffsets();
    std::vector<CurveSegment> all;
    for (auto it = m_curves.lower_bound(Key { name, source, 0 });
         it != m_curves.end() && it->first.name == name && it->first.source == source; ++it)
        all.push_back({ m_stages[it->first.stage].id, &it->second, offsets[it->first.stage] });
    return all;
}

double CurveSet::seconds(std::int64_t timeMs, CurveAxis axis) const
{
    if (axis == CurveAxis::Clock)
        return static_cast<double>(timeMs) / 1000.0;
    const auto after = std::upper_bound(m_waits.begin(), m_waits.end(), timeMs,
        [](std::int64_t time, const Wait& wait) { return time < wait.endMs; });
    const std::int64_t leftOut = after == m_waits.begin() ? 0 : std::prev(after)->leftOutMs;
    return static_cast<double>(timeMs - m_originMs - leftOut) / 1000.0;
}

double CurveSet::x(const CurveSegment& segment, std::size_t index, CurveAxis axis) const
{
    return axis == CurveAxis::Step ? static_cast<double>(segment.curve->step(index) + segment.stepOffset)
                                   : seconds(segment.curve->timeMs(index), axis);
}

std::size_t CurveSet::numBefore(const CurveSegment& segment, double x, CurveAxis axis, bool at) const
{
    return firstWhere(0, segment.curve->size(), [&](std::size_t i) {
        const double place = this->x(segment, i, axis);
        return at ? place > x : place >= x;
    });
}

std::vector<StageBoundary> CurveSet::boundaries(CurveAxis axis) const
{
    const std::vector<std::int64_t> offsets = stepOffsets();
    std::vector<StageBoundary> all;
    for (std::size_t i = 0; i < m_stages.size(); ++i) {
        const double x
            = axis == CurveAxis::Step ? static_cast<double>(offsets[i]) : seconds(m_stages[i].firstMs, axis);
        all.push_back({ x, m_stages[i].id });
    }
    return all;
}

std::pair<double, double> CurveSet::extent(CurveAxis axis) const
{
    if (axis != CurveAxis::Step)
        return m_stages.empty() ? std::pair(0.0, 0.0)
                                : std::pair(seconds(m_originMs, axis), seconds(m_lastMs, axis));
    std::int64_t sum = 0;
    for (const Stage& stage : m_stages)
        sum += stage.lastStep;
    return { 0.0, static_cast<double>(sum) };
}

void CurveSet::addCurve(std::vector<CurvePoint>& out, const CurveSegment& segment, CurveAxis axis,
    const CurveWindow& window) const
{
    const Curve& curve = *segment.curve;
    const auto x = [&](std::size_t i) { return this->x(segment, i, axis); };
    const auto add = [&](std::size_t i) { out.push_back({ x(i), curve.value(i) }); };
    std::size_t first = numBefore(segment, window.from, axis, false);
    std::size_t last = std::max(first, numBefore(segment, window.to, axis, true));
    if (first > 0)
        --first;
    if (last < curve.size())
        ++last;
    if (first == last)
        return;
    if (!out.empty())
        out.push_back({ x(first), kGap });
    const auto columns = static_cast<std::size_t>(std::max(window.columns, 0));
    if (columns == 0 || window.to <= window.from || last - first <= kPointsPerColumn * columns) {
        for (std::size_t i = first; i < last; ++i)
            add(i);
        return;
    }
    const double width = (window.to - window.from) / static_cast<double>(columns);
    add(first);
    std::size_t begin = first + 1;
    while (begin < last - 1) {
        const double column = std::max(0.0, std::floor((x(begin) - window.from) / width));
        const double edge = window.from + (column + 1) * width;
        const std::size_t end = firstWhere(begin + 1, last - 1, [&](std::size_t i) { return x(i) >= edge; });
        const Extremes extremes = curve.pyramid().extremes(begin, end);
        const std::size_t late = std::max(extremes.least, extremes.greatest);
        if (extremes.any())
            add(std::min(extremes.least, extremes.greatest));
        if (extremes.any() && extremes.least != extremes.greatest)
            add(late);
        if (!extremes.any() || late != end - 1)
            add(end - 1);
        begin = end;
    }
    if (last - 1 > first)
        add(last - 1);
}

std::vector<CurvePoint> CurveSet::points(
    std::span<const CurveSegment> segments, CurveAxis axis, const CurveWindow& window) const
{
    std::vector<CurvePoint> all;
    for (const CurveSegment& segment : segments)
        addCurve(all, segment, axis, window);
    return all;
}

} // namespace msrl::models
