// SPDX-License-Identifier: GPL-3.0-or-later
// What a curve draws besides its lines: dots, the words of markers, and the part of the axis that it takes.
#include "widgets/plot/axis_range.h"
#include "widgets/plot/curve_card.h"
#include "widgets/plot/curve_legend.h"
#include "widgets/plot/curve_plot.h"
#include "widgets/plot/custom_plot.h"

#include <QDateTime>
#include <QFile>
#include <QFontMetrics>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace msrl::widgets;

namespace {

const QString kName = QStringLiteral("pixels");
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

} // namespace

class TestCurvePlot : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pointsWithoutNeighboursAreDots()
    {
        CurvePlot plot;
        plot.append(kName, 1, 0.5);
        QCOMPARE(plot.dots(kName), (QVector<QPointF> { { 1, 0.5 } }));
        plot.addGap(kName, 2);
        plot.append(kName, 2, 0.6);
        QCOMPARE(plot.dots(kName), (QVector<QPointF> { { 1, 0.5 }, { 2, 0.6 } }));
        plot.append(kName, 3, 0.7); // now a line
        QCOMPARE(plot.dots(kName), (QVector<QPointF> { { 1, 0.5 } }));
        plot.append(kName, { 4, 5, 6 }, { kNaN, 0.9, kNaN });
        QCOMPARE(plot.dots(kName), (QVector<QPointF> { { 1, 0.5 }, { 5, 0.9 } }));
        plot.clear();
        QVERIFY(plot.dots(kName).isEmpty());
        plot.append(kName, 1, 0.5);
        QCOMPARE(plot.dots(kName).size(), 1);
    }

    void checkpointsAndValuesThatAreNotFiniteAreMarked()
    {
        CurvePlot plot;
        plot.append(kName, { 1, 2, 3, 4 }, { 0.5, kNaN, std::numeric_limits<double>::infinity(), 0.6 });
        plot.addGap(kName, 5); // between stages nothing was measured
        plot.addMarker({ 3, QString(), MarkerKind::Checkpoint });
        QCOMPARE(plot.notFiniteMarks(), (QVector<double> { 2, 3 }));
        QCOMPARE(plot.checkpointMarks(), (QVector<double> { 3 }));
        QVERIFY(plot.markerWords().isEmpty());
        plot.clear();
        QVERIFY(plot.notFiniteMarks().isEmpty() && plot.checkpointMarks().isEmpty());
    }

    // Painted, not only remembered: the picture with the point differs from the one without.
    void aDotIsPainted()
    {
        const auto coloured = [](bool withPoint) {
            CurvePlot plot;
            plot.resize(300, 200);
            plot.setSeries(kName);
            if (withPoint)
                plot.append(kName, 1, 0.5);
            plot.setYFloor(0, 1);
            plot.show();
            const QImage image = plot.plot()->toPixmap(300, 200).toImage();
            int count = 0;
            for (int y = 20; y < 170; ++y) {
                for (int x = 50; x < 280; ++x)
                    count += image.pixelColor(x, y).saturation() > 120 ? 1 : 0;
            }
            return count;
        };
        QCOMPARE(coloured(false), 0);
        QVERIFY(coloured(true) > 8);
    }

    void wordsOfMarkersDoNotMeet()
    {
        CurvePlot plot;
        plot.resize(420, 200);
        plot.append(kName, { 0, 100 }, { 0, 1 });
        const QStringList words { QStringLiteral("1b Text RL"), QStringLiteral("2a Caption RL"),
            QStringLiteral("2b Paths (CMKD)"), QStringLiteral("2b Distillation") };
        const QList<double> places { 0, 12, 60, 61 };
        for (qsizetype i = 0; i < words.size(); ++i)
            plot.addMarker({ places[i], words[i], MarkerKind::Stage });
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        QTRY_VERIFY(!plot.markerWords().isEmpty());
        const auto pixel = [&](double x) { return plot.plot()->xAxis->coordToPixel(x); };
        QTRY_VERIFY(pixel(12) - pixel(0) > 20 && pixel(12) - pixel(0) < 60);
        QTRY_COMPARE(plot.markerWords().size(), 3); // no room for the third
        const QStringList shown = plot.markerWords();
        QVERIFY(shown[0].startsWith(QLatin1String("1b")) && shown[0].endsWith(QChar(0x2026)));
        QCOMPARE(shown[1], words[1]);
        QCOMPARE(shown[2], words[3]);
    }

    void aSpikeDoesNotFlattenTheRest()
    {
        std::vector<double> values;
        for (int i = 0; i < 200; ++i)
            values.push_back(0.01 + 0.001 * (i % 10));
        const AxisRange calm = robustRange(values);
        QCOMPARE(calm.lower, 0.01);
        QCOMPARE(calm.upper, 0.019);
        QVERIFY(!calm.cutAbove && !calm.cutBelow);
        values.insert(values.begin() + 40, { 3.4, kNaN, 1.0 });
        const AxisRange range = robustRange(values);
        QVERIFY(range.cutAbove && !range.cutBelow);
        QVERIFY(range.upper >= 0.019 && range.upper < 0.03);
        QCOMPARE(range.lower, 0.01);
    }

    void theLegendStaysInsideItsCard()
    {
        CurveLegend legend;
        QVector<LegendEntry> entries;
        for (const char* name :
            { "accuracy", "format", "task", "accuracy · replay", "format · replay", "task · replay" })
            entries << LegendEntry { QString::fromUtf8(name), static_cast<int>(entries.size()), true,
                QStringLiteral("0.8125") };
        legend.setEntries(entries);
        const int oneRow = legend.heightForWidth(2000);
        QCOMPARE(legend.shownTexts(2000).size(), 6);
        QVERIFY(legend.shownTexts(2000).front().contains(QStringLiteral("0.8125")));
        // Narrower: more rows, then no values, then the last names are counted.
        QVERIFY(legend.heightForWidth(300) > oneRow);
        for (const int width : { 2000, 500, 300, 200, 120, 60 }) {
            legend.resize(width, legend.heightForWidth(width));
            QVERIFY(legend.heightForWidth(width) <= 3 * oneRow);
            // What is painted at the right edge would be cut off.
            QImage image(width + 200, legend.height(), QImage::Format_RGB32);
            image.fill(Qt::white);
            legend.render(&image, {}, {}, QWidget::DrawChildren);
            for (int y = 0; y < image.height(); ++y)
                QCOMPARE(image.pixelColor(width + 20, y), QColor(Qt::white));
        }
        const QStringList few = legend.shownTexts(120);
        QVERIFY(few.back().startsWith(QLatin1Char('+')));
        QCOMPARE(few.size() - 1 + few.back().mid(1).toInt(), 6);
    }

    void theLogarithmicAxisShowsWhatIsPositive()
    {
        CurveCard card(QStringLiteral("KL"));
        card.resize(400, 200);
        card.setYFloor(0, {});
        card.append(kName, { 1, 2, 3, 4 }, { 0, 1e-5, 2e-3, 0.5 });
        card.show();
        QVERIFY(QTest::qWaitForWindowExposed(&card));
        card.curve()->setLogY(true);
        const auto range = [&] { return card.curve()->plot()->yAxis->range(); };
        QTRY_VERIFY(range().lower > 0 && range().lower <= 1e-5);
        QVERIFY(range().upper >= 0.5 && range().upper < 5);
        card.curve()->setLogY(false);
        QTRY_VERIFY(range().lower <= 0);
    }

    void wordsOfTheAxisDoNotMeetInANarrowCard()
    {
        CurvePlot plot;
        plot.setXClock(false);
        plot.show();
        for (const int width : { 700, 230 }) {
            plot.resize(width, 200);
            plot.append(kName, { 0.05, 0.083 }, { 0.5, 0.6 });
            QTRY_COMPARE(plot.plot()->width(), width);
            plot.bringUpToDate();
            const QCPAxis& axis = *plot.plot()->xAxis;
            const QFontMetrics metrics(axis.tickLabelFont());
            const QVector<double> ticks = axis.tickVector();
            double end = 0; // of the words before
            for (qsizetype i = 0; i < ticks.size(); ++i) {
                if (!axis.range().contains(ticks[i]))
                    continue;
                const double middle = axis.coordToPixel(ticks[i]);
                const double half = metrics.horizontalAdvance(axis.tickVectorLabels()[i]) / 2.0;
                QVERIFY2(middle - half > end, qPrintable(axis.tickVectorLabels()[i]));
                end = middle + half;
            }
            plot.clear();
        }
    }

    // Ticks by the clock say the time that they stand at, with the date where more than a day is in sight.
    void theClockIsAnAxis()
    {
        CurvePlot plot;
        plot.resize(420, 200);
        plot.setXClock(true);
        plot.show();
        const auto noon = static_cast<double>(QDateTime(QDate(2026, 3, 4), QTime(12, 0)).toSecsSinceEpoch());
        const QLocale locale = plot.plot()->locale();
        const auto expectTicks = [&](double seconds, const QString& format) {
            plot.clear();
            plot.append(kName, { noon, noon + seconds }, { 0.5, 0.6 });
            plot.bringUpToDate();
            const QVector<double> ticks = plot.plot()->xAxis->tickVector();
            const QVector<QString> words = plot.plot()->xAxis->tickVectorLabels();
            QVERIFY(ticks.size() > 1);
            QCOMPARE(words.size(), ticks.size());
            for (qsizetype i = 0; i < ticks.size(); ++i)
                QCOMPARE(words[i],
                    locale.toString(QDateTime::fromMSecsSinceEpoch(std::llround(ticks[i] * 1000)), format));
        };
        expectTicks(90, QStringLiteral("HH:mm:ss"));
        expectTicks(3 * 3600, QStringLiteral("HH:mm"));
        expectTicks(40 * 3600, QStringLiteral("HH:mm\nd MMM"));
        expectTicks(30 * 86400, QStringLiteral("d MMM"));
    }

    void whatIsSavedIsWhatThereIs()
    {
        const QTemporaryDir folder;
        CurveCard card(QStringLiteral("Reward"));
        card.resize(400, 200);
        card.append(kName, { 1, 2 }, { 0.25, 0.5 });
        QCOMPARE(card.saveValues(folder.filePath(QStringLiteral("a.csv"))), QString());
        QFile csv(folder.filePath(QStringLiteral("a.csv")));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QCOMPARE(csv.readAll(), QByteArray("series,x,y\n\"pixels\",1,0.25\n\"pixels\",2,0.5\n"));
        QCOMPARE(card.savePicture(folder.filePath(QStringLiteral("a.png"))), QString());
        QCOMPARE(QImage(folder.filePath(QStringLiteral("a.png"))).size(), QSize(800, 400));
        QCOMPARE(card.savePicture(folder.filePath(QStringLiteral("a.svg"))), QString());
        QFile svg(folder.filePath(QStringLiteral("a.svg")));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray drawn = svg.readAll();
        QVERIFY(drawn.contains("<text") && drawn.contains("<poly"));
        QVERIFY(!drawn.contains("<image")); // lines, no pixels
        QCOMPARE(card.savePicture(folder.filePath(QStringLiteral("a.pdf"))), QString());
        QFile pdf(folder.filePath(QStringLiteral("a.pdf")));
        QVERIFY(pdf.open(QIODevice::ReadOnly) && pdf.readAll().startsWith("%PDF"));
        QVERIFY(!card.saveValues(folder.filePath(QStringLiteral("no/such/a.csv"))).isEmpty());
        QVERIFY(!card.savePicture(folder.filePath(QStringLiteral("no/such/a.png"))).isEmpty());
    }

    void fewOrEqualValuesAreShownWhole()
    {
        QCOMPARE(robustRange({ 1, 2, 1000 }).upper, 1000.0);
        std::vector<double> same(50, 0.0);
        same.push_back(7); // no spread to compare with
        QCOMPARE(robustRange(same).upper, 7.0);
        QCOMPARE(robustRange({}).upper, 0.0);
        QCOMPARE(robustRange({ kNaN }).upper, 0.0);
    }
};

QTEST_MAIN(TestCurvePlot)
#include "tst_curve_plot.moc"
