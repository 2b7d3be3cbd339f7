// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of more points than pixels: nothing that matters is left out, and nothing is kept twice.
#include "widgets/plot/appended_curve.h"
#include "widgets/plot/curve_plot.h"
#include "widgets/plot/custom_plot.h"
#include "widgets/plot/smooth_curve.h"

#include <QScrollArea>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <random>

using namespace msrl::widgets;

namespace {

constexpr int kPoints = 60'000;
constexpr int kSpike = 41'234;
const QString kName = QStringLiteral("reward");

AppendedCurve noise()
{
    AppendedCurve curve;
    std::mt19937 random(3);
    std::normal_distribution<double> value(1, 0.05);
    for (int i = 0; i < kPoints; ++i)
        curve.append(i, i == kSpike ? 9 : i % 5000 == 77 ? kNoValue : value(random));
    return curve;
}

bool holds(const QVector<QPointF>& points, double x, double y)
{
    return std::any_of(points.begin(), points.end(), [&](QPointF p) { return p.x() == x && p.y() == y; });
}

QVector<QPointF> drawn(CurvePlot& plot)
{
    QVector<QPointF> points;
    for (const QCPGraphData& point : *plot.plot()->graph(0)->data())
        points << QPointF(point.key, point.value);
    return points;
}

} // namespace

class TestLongCurves : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWindowKeepsTheExtremesOfEveryColumn()
    {
        const AppendedCurve curve = noise();
        for (const int columns : { 10, 333, 1200 }) {
            for (double width = kPoints; width > 30; width /= 3) {
                const double from = kSpike - width / 2;
                const double to = from + width;
                const QVector<QPointF> points = curve.window(from, to, columns);
                QVERIFY(points.size() <= 3 * columns + 4);
                QVERIFY(holds(points, kSpike, 9));
                double least = INFINITY;
                for (int i = std::max(0, static_cast<int>(std::ceil(from))); i < kPoints && i <= to; ++i)
                    least = std::fmin(least, curve.y(static_cast<std::size_t>(i)));
                QVERIFY(std::any_of(points.begin(), points.end(), [&](QPointF p) { return p.y() == least; }));
                QVERIFY(std::is_sorted(
                    points.begin(), points.end(), [](QPointF a, QPointF b) { return a.x() < b.x(); }));
            }
        }
    }

    // The average of all points, at whatever zoom, against a plain pass over them.
    void smoothingDoesNotDependOnTheZoom()
    {
        const AppendedCurve curve = noise();
        SmoothCurve smooth;
        smooth.setWeight(0.97);
        smooth.follow(curve);
        Smoother plain(0.97);
        std::vector<double> expected;
        for (std::size_t i = 0; i < curve.size(); ++i)
            expected.push_back(plain.next(curve.y(i)));
        for (const auto& [from, to] : { std::pair(41'000.0, 41'400.0), std::pair(5'000.0, 12'000.0) }) {
            for (const QPointF& point : smooth.window(curve, from, to, 700)) {
                const double wanted = expected[static_cast<std::size_t>(point.x())];
                QVERIFY((std::isnan(point.y()) && std::isnan(wanted)) || point.y() == wanted);
            }
        }
        const QVector<QPointF> whole = smooth.window(curve, 0, kPoints, 300);
        QVERIFY(whole.size() <= 3 * 300 + 4);
        const auto highest = [](const auto& values, const auto& of) {
            double high = -INFINITY;
            for (const auto& value : values)
                high = std::fmax(high, of(value));
            return high;
        };
        const double shown = highest(whole, [](QPointF p) { return p.y(); });
        QVERIFY(std::abs(shown - highest(expected, [](double y) { return y; })) < 1e-6);
    }

    void whatComesLaterIsSmoothedOn()
    {
        AppendedCurve curve;
        SmoothCurve inPieces;
        inPieces.setWeight(0.9);
        for (int i = 0; i < 5000; ++i) {
            curve.append(i, std::sin(i * 0.1));
            if (i % 700 == 0)
                inPieces.follow(curve);
        }
        inPieces.follow(curve);
        SmoothCurve atOnce;
        atOnce.setWeight(0.9);
        atOnce.follow(curve);
        QCOMPARE(inPieces.window(curve, 0, 5000, 100), atOnce.window(curve, 0, 5000, 100));
        QCOMPARE(inPieces.window(curve, 3000, 3020, 100), atOnce.window(curve, 3000, 3020, 100));
    }

    void aPlotHoldsNoMoreThanItShows()
    {
        CurvePlot plot;
        plot.resize(420, 220);
        fill(plot);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        plot.bringUpToDate();
        QVERIFY(drawn(plot).size() < 3 * 420);
        QVERIFY(holds(drawn(plot), kSpike, 9));
        plot.showXRange(kSpike - 10, kSpike + 10);
        plot.bringUpToDate();
        QCOMPARE(drawn(plot).size(), 23); // all of them, and one on either side
        QVERIFY(holds(drawn(plot), kSpike, 9));
        QCOMPARE(plot.valuesAt(kSpike + 0.2).front().y, 9.0);
        QCOMPARE(plot.points(kName).size(), kPoints); // nothing is lost
    }

    void aHandMovesAndZooms()
    {
        CurvePlot plot;
        plot.resize(420, 220);
        fill(plot);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        plot.showXRange(10'000, 20'000);
        plot.bringUpToDate();
        QCustomPlot& inner = *plot.plot();
        const QPoint middle = inner.axisRect()->rect().center();
        const double held = inner.xAxis->pixelToCoord(middle.x());
        QTest::mousePress(&inner, Qt::LeftButton, Qt::ShiftModifier, middle);
        QTest::mouseMove(&inner, middle + QPoint(50, 0));
        QTest::mouseRelease(&inner, Qt::LeftButton, Qt::ShiftModifier, middle + QPoint(50, 0));
        QCOMPARE(qRound(plot.xRange().y() - plot.xRange().x()), 10'000); // as wide as before
        QVERIFY(std::abs(inner.xAxis->coordToPixel(held) - (middle.x() + 50)) < 1.5); // under the hand
        const double under = inner.xAxis->pixelToCoord(middle.x() + 30);
        QWheelEvent wheel(middle + QPoint(30, 0), inner.mapToGlobal(QPointF(middle)), {}, { 0, 120 },
            Qt::NoButton, Qt::ControlModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&inner, &wheel);
        QVERIFY(plot.xRange().y() - plot.xRange().x() < 9'000);
        QVERIFY(std::abs(inner.xAxis->pixelToCoord(middle.x() + 30) - under) < 20);
        QTest::mouseDClick(&inner, Qt::LeftButton, {}, middle);
        QVERIFY(plot.xRange().x() <= 0 && plot.xRange().y() >= kPoints - 1);
    }

    void outOfSightNothingIsDoneUntilItIsSeen()
    {
        QScrollArea area;
        area.resize(400, 200);
        auto* content = new QWidget;
        auto* layout = new QVBoxLayout(content);
        auto* top = new CurvePlot;
        auto* below = new CurvePlot;
        for (CurvePlot* plot : { top, below }) {
            plot->setMinimumSize(300, 300);
            layout->addWidget(plot);
        }
        area.setWidget(content);
        area.setWidgetResizable(true);
        area.show();
        QVERIFY(QTest::qWaitForWindowExposed(&area));
        fill(*top);
        fill(*below);
        QTRY_VERIFY(!drawn(*top).isEmpty());
        QVERIFY(drawn(*below).isEmpty());
        area.ensureWidgetVisible(below);
        QTRY_VERIFY(!drawn(*below).isEmpty());
    }

private:
    static void fill(CurvePlot& plot)
    {
        const AppendedCurve curve = noise();
        plot.setSource(kName, std::make_shared<AppendedCurve>(curve));
    }
};

QTEST_MAIN(TestLongCurves)
#include "tst_long_curves.moc"
