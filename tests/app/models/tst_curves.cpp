// SPDX-License-Identifier: GPL-3.0-or-later
// Curves against the plain computation over all points.
#include "app/models/card_arrangement.h"
#include "app/models/curve_set.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace msrl;
using models::CurveAxis;

namespace {

store::MetricRow metric(const std::string& stage, std::int64_t step, double value, std::int64_t timeMs = -1)
{
    store::MetricRow row;
    row.stage = stage;
    row.step = step;
    row.name = "reward";
    row.source = "new";
    row.value = value;
    row.timeMs = timeMs < 0 ? 1'000'000 + 1000 * step : timeMs;
    return row;
}

// The least and greatest finite y of points within [from, to].
std::pair<double, double> rangeWithin(const std::vector<models::CurvePoint>& points, double from, double to)
{
    double low = INFINITY;
    double high = -INFINITY;
    for (const models::CurvePoint& point : points) {
        if (std::isnan(point.y) || point.x < from || point.x > to)
            continue;
        low = std::min(low, point.y);
        high = std::max(high, point.y);
    }
    return { low, high };
}

// The line of the tests' rows, decimated or not.
std::vector<models::CurvePoint> points(const models::CurveSet& curves, CurveAxis axis,
    const models::CurveWindow& window = { -INFINITY, INFINITY, 0 })
{
    return curves.points(curves.segments("reward", "new"), axis, window);
}

} // namespace

class TestCurves : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheExtremesOfEveryStretch()
    {
        std::mt19937 random(7);
        std::uniform_real_distribution<double> value(-1, 1);
        models::CurvePyramid pyramid;
        std::vector<double> plain;
        for (int i = 0; i < 1300; ++i) {
            const double v = i % 17 == 3 ? NAN : value(random);
            pyramid.append(v);
            plain.push_back(v);
            if (i % 61 == 0) { // many at once, as a long run is read
                std::vector<double> many(static_cast<std::size_t>(i % 90 * 13));
                std::generate(many.begin(), many.end(), [&] { return value(random); });
                pyramid.append(many);
                plain.insert(plain.end(), many.begin(), many.end());
            }
            if (i == 700) { // a resume took the last stretch back
                pyramid.truncate(611);
                plain.resize(611);
            }
        }
        std::uniform_int_distribution<std::size_t> at(0, plain.size());
        for (int trial = 0; trial < 4000; ++trial) {
            const std::size_t a = at(random);
            const std::size_t b = at(random);
            const std::size_t first = std::min(a, b);
            const std::size_t last = std::max(a, b);
            std::uint32_t least = models::Extremes::kNone;
            std::uint32_t greatest = models::Extremes::kNone;
            for (std::size_t i = first; i < last; ++i) {
                if (std::isnan(plain[i]))
                    continue;
                if (least == models::Extremes::kNone || plain[i] < plain[least])
                    least = static_cast<std::uint32_t>(i);
                if (greatest == models::Extremes::kNone || plain[i] > plain[greatest])
                    greatest = static_cast<std::uint32_t>(i);
            }
            const models::Extremes found = pyramid.extremes(first, last);
            QCOMPARE(found.least, least);
            QCOMPARE(found.greatest, greatest);
        }
    }

    void spikesSurviveEveryZoom()
    {
        constexpr int kPoints = 50'000;
        std::vector<store::MetricRow> rows;
        std::mt19937 random(11);
        std::normal_distribution<double> noise(0, 0.01);
        for (int i = 1; i <= kPoints; ++i)
            rows.push_back(metric("rl", i, noise(random)));
        const std::vector<int> spikes { 777, 12'345, 12'346, 49'999 };
        for (const int at : spikes)
            rows[static_cast<std::size_t>(at)].value = at % 2 == 0 ? 5.0 : -5.0;
        models::CurveSet curves;
        curves.append(rows);
        const auto all = points(curves, CurveAxis::Step);
        for (const int columns : { 7, 100, 600 }) {
            for (double width = kPoints; width >= 40; width /= 1.9) {
                for (const int at : spikes) {
                    const double centre = rows[static_cast<std::size_t>(at)].step;
                    const models::CurveWindow window { centre - width / 3, centre + width * 2 / 3, columns };
                    const auto seen = points(curves, CurveAxis::Step, window);
                    QVERIFY2(seen.size() <= static_cast<std::size_t>(3 * columns + 4),
                        qPrintable(QString::number(seen.size())));
                    QVERIFY(
                        std::is_sorted(seen.begin(), seen.end(), [](auto a, auto b) { return a.x < b.x; }));
                    const bool spiked
                        = std::any_of(seen.begin(), seen.end(), [&](const models::CurvePoint& point) {
                              return point.x == centre && std::abs(point.y) == 5.0;
                          });
                    QVERIFY2(spiked,
                        qPrintable(QStringLiteral("spike %1, width %2, %3 columns")
                                       .arg(at)
                                       .arg(width)
                                       .arg(columns)));
                    QCOMPARE(
                        rangeWithin(seen, window.from, window.to), rangeWithin(all, window.from, window.to));
                }
            }
        }
    }

    void keepsFirstLastAndNeighboursOfTheWindow()
    {
        std::vector<store::MetricRow> rows;
        for (int i = 1; i <= 1000; ++i)
            rows.push_back(metric("rl", i, i));
        models::CurveSet curves;
        curves.append(rows);
        const auto whole = points(curves, CurveAxis::Step, { 0, 2000, 5 });
        QCOMPARE(whole.front().x, 1.0);
        QCOMPARE(whole.back().x, 1000.0);
        const auto part = points(curves, CurveAxis::Step, { 100.5, 110.5, 100 });
        QCOMPARE(part.front().x, 100.0);
        QCOMPARE(part.back().x, 111.0);
    }

    void notANumberMakesAGap()
    {
        models::CurveSet curves;
        const std::vector<store::MetricRow> rows { metric("rl", 1, 1), metric("rl", 2, NAN),
            metric("rl", 3, INFINITY), metric("rl", 4, 2) };
        curves.append(rows);
        const auto line = points(curves, CurveAxis::Step);
        QCOMPARE(line.size(), std::size_t { 4 });
        QVERIFY(std::isnan(line[1].y));
        QVERIFY(std::isnan(line[2].y));
        const models::Curve* curve = curves.curve("rl", "reward", "new");
        QCOMPARE(curve->notFinite(), (std::vector<std::size_t> { 1, 2 }));
        curves.truncate("rl", 2);
        QCOMPARE(curve->notFinite(), (std::vector<std::size_t> { 1 }));
    }

    void joinsStagesOnOneAxisWithAGapBetween()
    {
        models::CurveSet curves;
        const std::vector<store::MetricRow> rows { metric("sft", 1, 1, 10'000), metric("sft", 2, 2, 12'000),
            metric("rl", 1, 3, 20'000), metric("rl", 2, 4, 21'000) };
        curves.append(rows);
        const auto byTime = points(curves, CurveAxis::Time);
        QCOMPARE(byTime.size(), std::size_t { 5 });
        QCOMPARE(byTime[1].x, 2.0);
        QVERIFY(std::isnan(byTime[2].y));
        QCOMPARE(byTime[3].x, 10.0);
        const auto byStep = points(curves, CurveAxis::Step);
        QCOMPARE(byStep[3].x, 3.0);
        QCOMPARE(byStep[4].x, 4.0);
        const auto boundaries = curves.boundaries(CurveAxis::Time);
        QCOMPARE(boundaries.size(), std::size_t { 2 });
        QCOMPARE(boundaries[1].x, 10.0);
        QCOMPARE(boundaries[1].stage, std::string("rl"));
    }

    void ofAWaitBetweenStagesAMinuteIsShown()
    {
        models::CurveSet curves;
        const std::int64_t night = 8 * 3'600'000;
        const std::vector<store::MetricRow> rows { metric("cmkd", 1, 1, 10'000), metric("cmkd", 2, 1, 20'000),
            metric("sft", 1, 3, 20'000 + night), metric("sft", 2, 4, 25'000 + night) };
        curves.append(rows);
        const auto line = points(curves, CurveAxis::Time);
        QCOMPARE(line[1].x, 10.0);
        QCOMPARE(line[3].x, 70.0);
        QCOMPARE(line[4].x, 75.0);
        QCOMPARE(curves.extent(CurveAxis::Time).second, 75.0);
        const auto byClock = points(curves, CurveAxis::Clock);
        QCOMPARE(byClock[1].x, 20.0);
        QCOMPARE(byClock[3].x, 20.0 + 8 * 3600);
        QCOMPARE(curves.extent(CurveAxis::Clock), std::pair(10.0, 25.0 + 8 * 3600));
        QCOMPARE(curves.boundaries(CurveAxis::Clock)[1].x, 20.0 + 8 * 3600);
    }

    void aResumeReplacesWhatTheLostProcessWrote()
    {
        models::CurveSet curves;
        QSignalSpy changed(&curves, &models::CurveSet::curvesChanged);
        std::vector<store::MetricRow> rows;
        for (int i = 1; i <= 20; ++i)
            rows.push_back(metric("rl", i, 1));
        curves.append(rows);
        curves.truncate("rl", 10);
        QCOMPARE(changed.size(), 2);
        QCOMPARE(curves.curve("rl", "reward", "new")->size(), std::size_t { 10 });
        // Without word of it: a step that was logged before takes the place of the rest.
        const std::vector<store::MetricRow> again { metric("rl", 6, 7) };
        curves.append(again);
        const models::Curve* curve = curves.curve("rl", "reward", "new");
        QCOMPARE(curve->size(), std::size_t { 6 });
        QCOMPARE(curve->value(5), 7.0);
    }

    // A long run comes by curve instead of row by row.
    void chunksGiveTheSameCurves()
    {
        std::vector<store::MetricRow> rows;
        for (int i = 1; i <= 50; ++i)
            rows.push_back(metric("sft", i, i));
        for (int i = 1; i <= 70; ++i)
            rows.push_back(metric("rl", i, i % 9 == 4 ? NAN : 0.5 * i, 900'000'000 + 1000 * i));
        std::vector<store::MetricChunk> chunks;
        for (const store::MetricRow& row : rows) {
            if (chunks.empty() || chunks.back().stage != row.stage || chunks.back().steps.size() == 40)
                chunks.push_back({ 0, 0, row.stage, row.name, row.source, {}, {}, {} });
            chunks.back().steps.push_back(row.step);
            chunks.back().timesMs.push_back(row.timeMs);
            chunks.back().values.push_back(row.value);
        }
        QCOMPARE(chunks.size(), std::size_t { 4 });
        models::CurveSet byRow;
        models::CurveSet byChunk;
        byRow.append(rows);
        byChunk.append(chunks);
        for (const CurveAxis axis : { CurveAxis::Time, CurveAxis::Step, CurveAxis::Clock }) {
            const auto one = points(byRow, axis);
            const auto other = points(byChunk, axis);
            QCOMPARE(one.size(), std::size_t { 121 }); // and a gap
            QCOMPARE(other.size(), one.size());
            for (std::size_t i = 0; i < one.size(); ++i) {
                QCOMPARE(other[i].x, one[i].x);
                QVERIFY(other[i].y == one[i].y || (std::isnan(other[i].y) && std::isnan(one[i].y)));
            }
            QCOMPARE(byChunk.extent(axis), byRow.extent(axis));
        }
    }

    void aMovedCardTakesThePlaceOfItsNeighbour()
    {
        const QStringList all = QStringLiteral("a b c d").split(QLatin1Char(' '));
        models::CardArrangement arrangement;
        arrangement.order = QStringLiteral("b x").split(QLatin1Char(' ')); // x is of another run
        QVERIFY(arrangement.rank(QStringLiteral("b")) < arrangement.rank(QStringLiteral("a")));
        arrangement.move(QStringLiteral("d"), QStringLiteral("b"), all);
        QCOMPARE(arrangement.order.join(QLatin1Char(' ')), QStringLiteral("a d b c x"));
        arrangement.move(QStringLiteral("a"), QStringLiteral("d"), arrangement.order);
        QCOMPARE(arrangement.order.join(QLatin1Char(' ')), QStringLiteral("d a b c x"));
        arrangement.pinned = QStringLiteral("c a").split(QLatin1Char(' '));
        arrangement.move(QStringLiteral("a"), QStringLiteral("c"), all); // among the pinned
        QCOMPARE(arrangement.pinned.join(QLatin1Char(' ')), QStringLiteral("a c"));
        QCOMPARE(arrangement.order.join(QLatin1Char(' ')), QStringLiteral("d a b c x"));
        arrangement.setSplit(QStringLiteral("a"), models::CardSplit::Stage);
        arrangement.setOverlaid(QStringLiteral("b"), QStringLiteral("c"), true);
        arrangement.setOverlaid(QStringLiteral("b"), QStringLiteral("d"), true);
        QCOMPARE(models::cardArrangementFromJson(models::cardArrangementToJson(arrangement)), arrangement);
        arrangement.setSplit(QStringLiteral("a"), models::CardSplit::None);
        arrangement.setOverlaid(QStringLiteral("b"), QStringLiteral("c"), false);
        arrangement.setOverlaid(QStringLiteral("b"), QStringLiteral("d"), false);
        QVERIFY(arrangement.splits.empty() && arrangement.overlays.empty());
        base::Json odd
            = { { "pinned", { "a", 3, "a" } }, { "order", "b" }, { "split", { { "a", "hour" } } } };
        odd["over"] = { { "a", { "a" } } };
        QVERIFY(models::cardArrangementFromJson(odd).splits.empty());
        QVERIFY(models::cardArrangementFromJson(odd).overlays.empty());
        QCOMPARE(models::cardArrangementFromJson(odd).pinned, QStringList { QStringLiteral("a") });
        QVERIFY(models::cardArrangementFromJson(odd).order.isEmpty());
        QCOMPARE(models::cardArrangementFromJson(base::Json()), models::CardArrangement());
    }

    void stepsAndTimesAreKeptWhateverTheyAre()
    {
        std::mt19937_64 random(3);
        models::OffsetColumn column;
        std::vector<std::int64_t> plain;
        for (int i = 0; i < 5000; ++i) {
            const std::int64_t near = 1'700'000'000'000 + i;
            const auto any = static_cast<std::int64_t>(random());
            const std::int64_t number = i % 1500 == 700 ? any : near;
            column.append(number);
            plain.push_back(number);
            if (i == 2600) {
                column.truncate(2100);
                plain.resize(2100);
            }
        }
        QCOMPARE(column.size(), plain.size());
        for (std::size_t i = 0; i < plain.size(); ++i)
            QCOMPARE(column.at(i), plain[i]);
        column.truncate(1024);
        QCOMPARE(column.back(), plain[1023]);
        column.truncate(0);
        QVERIFY(column.empty());
    }
};

QTEST_GUILESS_MAIN(TestCurves)
#include "tst_curves.moc"
