// SPDX-License-Identifier: GPL-3.0-or-later
// Several series over one x axis that grow while they are shown: raw line (faint when smoothed), smoothed
// line, markers, crosshair. Drag zooms into a rectangle, Shift and drag moves along the axis, Ctrl and wheel
// zooms around the mouse, double-click shows all. NaN makes a gap; infinities become gaps and are counted.
#pragma once

#include "widgets/plot/curve_source.h"
#include "widgets/plot/curve_types.h"
#include "widgets/plot/smooth_curve.h"

#include <QColor>
#include <QPointF>
#include <QTimer>
#include <QVector>
#include <QWidget>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

class QCPGraph;
class QCPGraphData;
class QCPRange;
class QCPItemText;
class QCustomPlot;
class QMouseEvent;

namespace msrl::widgets {

class AppendedCurve;
class CurveCursor;
class CurveMarkers;
class CurveTicks;

class CurvePlot : public QWidget
{
    Q_OBJECT

public:
    explicit CurvePlot(QWidget* parent = nullptr);
    ~CurvePlot() override;

    // Adds a series, or changes the colour of one. colour: index into seriesColour(); -1: the next free one.
    void setSeries(const QString& name, int colour = -1);
    void setSeriesVisible(const QString& name, bool visible);
    // Draws the series from this from now on; an unknown name makes the series. The plot looks again when it
    // is told that the source has changed. Shared with whoever goes on filling it.
    void setSource(const QString& name, std::shared_ptr<const CurveSource> source);
    void sourceChanged(const QString& name);
    // For a series without a source. An unknown name makes the series. x must not fall behind the last one of
    // the series.
    void append(const QString& name, double x, double y);
    void append(const QString& name, const QVector<double>& xs, const QVector<double>& ys);
    // Interrupts the line at x, where nothing was measured; not counted as a value.
    void addGap(const QString& name, double x);
    void clear(); // data, sources and markers; the series stay
    void removeAllSeries();

    // A stage or note is a line with a word, a checkpoint a small triangle on the x axis.
    void addMarker(const CurveMarker& marker);
    void clearMarkers();

    void setSmoothing(double weight); // 0: none
    // What x counts, for the crosshair.
    void setXName(const QString& name) { m_xName = name; }
    // x is a time by the clock: seconds since 1970.
    void setXClock(bool on);
    // Values of zero and below have no place on a logarithmic axis: they are gaps there.
    void setLogY(bool on);
    bool isLogY() const;
    // Limits that auto-scaling never goes inside of, for shares and rates.
    void setYFloor(std::optional<double> minimum, std::optional<double> maximum);
    void resetZoom();
    // Draws what changed at once, shown or not.
    void bringUpToDate();
    // Shows this part of the x axis, with the y axis fitted to it, until resetZoom(): for linked cards.
    void showXRange(double lower, double upper);
    QPointF xRange() const; // what is seen: lower and upper end

    QStringList seriesNames() const;
    int seriesColourIndex(const QString& name) const; // -1: no such series
    bool isSeriesVisible(const QString& name) const;
    bool isEmpty() const;
    int numNonFinite() const;
    std::optional<QPointF> lastPoint(const QString& name) const;
    QVector<QPointF> points(const QString& name) const; // raw
    QVector<QPointF> dots(const QString& name) const; // of these, what is drawn as dots
    QStringList markerWords() const; // as they stand there now
    QVector<double> checkpointMarks() const;
    QVector<double> notFiniteMarks() const; // a cross above the x axis each
    // The raw value of every visible series at its point nearest to x.
    std::vector<CurveValue> valuesAt(double x) const;
    QString toCsv() const; // raw: series,x,y

    QCustomPlot* plot() { return m_plot; }

public Q_SLOTS:
    // Shows the crosshair at x (for linked cards); without a value hides it.
    void showCrosshair(double x);
    void hideCrosshair();

Q_SIGNALS:
    void crosshairMoved(double x);
    void crosshairLeft();
    void dataChanged();
    // A person chose a part of the axes with the mouse, or went back to the whole.
    void xRangeChosen(double lower, double upper);
    void zoomLeft();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Series
    {
        QString name;
        int colour = 0;
        bool visible = true;
        QCPGraph* raw = nullptr;
        QCPGraph* smooth = nullptr;
        QCPGraph* dots = nullptr; // points without a neighbour, which a line would not show
        std::shared_ptr<AppendedCurve> own; // what it was told point by point; shared with `source`
        std::shared_ptr<const CurveSource> source; // what is drawn: own, or another
        SmoothCurve smoothed;
    };

    Series* find(const QString& name);
    const Series* find(const QString& name) const;
    void fitTicks();
    void applyColours();
    void applyPens(const Series& series);
    AppendedCurve& appended(const QString& name);
    void scheduleRefresh(int delayMs);
    void refresh();
    void fill(double from, double to);
    void fitAxes();
    std::optional<QCPRange> wholeX() const;
    bool isInPart(double x) const;
    QString placeText(double x) const;
    QCPRange fitY();
    QCPRange fitLogY() const;
    bool pressOrMove(const QMouseEvent& mouse); // true: it moves the axis
    void zoomAround(double x, double factor);
    void choosePart(double lower, double upper);

    QCustomPlot* m_plot = nullptr;
    CurveCursor* m_cursor = nullptr;
    std::unique_ptr<CurveMarkers> m_markers;
    CurveTicks* m_ticks = nullptr; // owned by the plot
    QCPItemText* m_cut = nullptr; // says what a spike reaches that the axis leaves out
    QTimer m_refresh;
    std::vector<Series> m_series;
    QString m_xName;
    bool m_xIsClock = false;
    double m_smoothing = 0;
    std::optional<double> m_floor, m_ceiling;
    bool m_zoomed = false;
    std::optional<std::pair<double, double>> m_xPart; // of the x axis; all when not set
    bool m_fitting = false; // the axes follow the values, not a hand
    bool m_stale = false; // something changed while it was out of sight
    std::optional<double> m_dragged; // where on the axis a hand holds it
};

} // namespace msrl::widgets
