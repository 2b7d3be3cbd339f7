// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/curve_set.h"

#include "app/models/strings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace msrl::models {

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kLongestWaitMs = 60'000;
constexpr std::size_t kPointsPerColumn = 3; // least, greatest, last

// Positions of the first x >= from and the first x > to.
std::pair<std::size_t, std::size_t> inside(std::size_t size, const auto& x, double from, double to)
{
    const auto search = [size](const auto& before) {
        std::size_t low = 0;
        for (std::size_t high = size; low < high;) {
            const std::size_t middle = low + (high - low) / 2;
            if (before(middle))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    };
    return { search([&](std::size_t i) { return x(i) < from; }),
        search([&](std::size_t i) { return x(i) <= to; }) };
}

} // namespace

void Curve::append(std::int64_t step, std::int64_t timeMs, double value)
{
    truncateAfter(step - 1);
    // The axis needs times that do not run backwards, whatever the system clock did.
    if (!m_timesMs.empty())
        timeMs = std::max(timeMs, m_timesMs.back());
    m_steps.push_back(step);
    m_timesMs.push_back(timeMs);
    m_pyramid.append(value);
}

void Curve::truncateAfter(std::int64_t step)
{
    if (m_steps.empty() || m_steps.back() <= step)
        return;
    const auto at
        = static_cast<std::size_t>(std::upper_bound(m_steps.begin(), m_steps.end(), step) - m_steps.begin());
    m_steps.resize(at);
    m_timesMs.resize(at);
    m_pyramid.truncate(at);
    ++m_generation;
}

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

std::size_t CurveSet::stageIndex(const store::MetricRow& row)
{
    const auto found = std::find_if(
        m_stages.begin(), m_stages.end(), [&row](const Stage& stage) { return stage.id == row.stage; });
    if (found != m_stages.end())
        return static_cast<std::size_t>(found - m_stages.begin());
    m_stages.push_back({ row.stage, row.timeMs, 0 });
    return m_stages.size() - 1;
}

void CurveSet::append(std::span<const store::MetricRow> rows)
{
    if (rows.empty())
        return;
    if (m_stages.empty())
        m_originMs = rows.front().timeMs;
    std::set<std::string> grown;
    for (const store::MetricRow& row : rows) {
        const std::size_t stage = stageIndex(row);
        m_stages[stage].lastStep = std::max(m_stages[stage].lastStep, row.step);
        const std::int64_t waited = m_lastMs == 0 ? 0 : row.timeMs - m_lastMs;
        if (stage != m_lastStage && waited > kLongestWaitMs) {
            const std::int64_t before = m_waits.empty() ? 0 : m_waits.back().leftOutMs;
            m_waits.push_back({ row.timeMs, before + waited - kLongestWaitMs });
        }
        m_lastStage = stage;
        m_lastMs = std::max(m_lastMs, row.timeMs);
        m_curves[Key { row.name, row.source, stage }].append(row.step, row.timeMs, row.value);
        grown.insert(row.name);
    }
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

double CurveSet::seconds(std::int64_t timeMs) const
{
    const auto after = std::upper_bound(m_waits.begin(), m_waits.end(), timeMs,
        [](std::int64_t time, const Wait& wait) { return time < wait.endMs; });
    const std::int64_t leftOut = after == m_waits.begin() ? 0 : std::prev(after)->leftOutMs;
    return static_cast<double>(timeMs - m_originMs - leftOut) / 1000.0;
}

double CurveSet::x(const CurveSegment& segment, std::size_t index, CurveAxis axis) const
{
    return axis == CurveAxis::Step ? static_cast<double>(segment.curve->step(index) + segment.stepOffset)
                                   : seconds(segment.curve->timeMs(index));
}

std::vector<StageBoundary> CurveSet::boundaries(CurveAxis axis) const
{
    const std::vector<std::int64_t> offsets = stepOffsets();
    std::vector<StageBoundary> all;
    for (std::size_t i = 0; i < m_stages.size(); ++i) {
        const double x
            = axis == CurveAxis::Step ? static_cast<double>(offsets[i]) : seconds(m_stages[i].firstMs);
        all.push_back({ x, m_stages[i].id });
    }
    return all;
}

std::pair<double, double> CurveSet::extent(CurveAxis axis) const
{
    if (axis == CurveAxis::Time)
        return { 0.0, m_stages.empty() ? 0.0 : seconds(m_lastMs) };
    std::int64_t sum = 0;
    for (const Stage& stage : m_stages)
        sum += stage.lastStep;
    return { 0.0, static_cast<double>(sum) };
}

void CurveSet::addCurve(
    CurveSeries& out, const CurveSegment& segment, CurveAxis axis, const CurveWindow& window) const
{
    const Curve& curve = *segment.curve;
    const auto x = [&](std::size_t i) { return this->x(segment, i, axis); };
    const auto add = [&](std::size_t i) { out.points.push_back({ x(i), curve.value(i) }); };
    auto [first, last] = inside(curve.size(), x, window.from, window.to);
    if (first > 0)
        --first;
    if (last < curve.size())
        ++last;
    if (first == last)
        return;
    if (!out.points.empty())
        out.points.push_back({ x(first), kGap });
    out.numRaw += last - first;
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
        const std::size_t sought = inside(curve.size(), x, edge, edge).first;
        const std::size_t end = std::clamp(sought, begin + 1, last - 1);
        const Extremes extremes = curve.pyramid().extremes(begin, end);
        std::set<std::size_t> kept { end - 1 };
        if (extremes.any())
            kept.insert({ extremes.least, extremes.greatest });
        for (const std::size_t i : kept)
            add(i);
        begin = end;
    }
    if (last - 1 > first)
        add(last - 1);
}

std::vector<CurveSeries> CurveSet::series(
    const std::string& name, CurveAxis axis, const CurveWindow& window) const
{
    std::vector<CurveSeries> all;
    for (const std::string& source : sources(name)) {
        CurveSeries& series = all.emplace_back(CurveSeries { name, source, {}, 0, kGap });
        for (const CurveSegment& segment : segments(name, source)) {
            addCurve(series, segment, axis, window);
            for (std::size_t i = segment.curve->size(); i-- > 0;) {
                if (!std::isnan(segment.curve->value(i))) {
                    series.last = segment.curve->value(i);
                    break;
                }
            }
        }
    }
    return all;
}

std::vector<CurveSeries> CurveSet::series(const std::string& name, CurveAxis axis) const
{
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    return series(name, axis, { -kInfinity, kInfinity, 0 });
}

} // namespace msrl::models
