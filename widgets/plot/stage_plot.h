// SPDX-License-Identifier: GPL-3.0-or-later
// Shares through the stages of a curriculum, or side by side for groups that have no order: points with their
// intervals, a line per series where there is an order. Series differ in colour and in the shape of their
// points; the names stand right of the plot.
#pragma once

#include <QString>
#include <QStringList>
#include <QVector>
#include <QWidget>

#include <optional>

namespace msrl::widgets {

struct StagePoint
{
    double value = 0;
    double low = 0; // the same as value where no interval is known
    double high = 0;
};

struct StageSeries
{
    QString name;
    QVector<std::optional<StagePoint>> points; // one per stage; nothing where it was not measured
};

class StagePlot : public QWidget
{
    Q_OBJECT

public:
    explicit StagePlot(QWidget* parent = nullptr);

    // Stages follow each other (lines between the points), or are groups of one thing.
    enum class Order { Following, None };
    void setOrder(Order order);
    // REQUIRES: every series has a point for each stage
    void setSeries(const QStringList& stages, const QVector<StageSeries>& series);
    const QVector<StageSeries>& series() const { return m_series; }
    // A line across the plot at this value, such as that of guessing.
    void setReference(double value, const QString& name);
    // What the point at this place says; empty where there is none.
    QString tipAt(const QPointF& place) const;
    // Where a point is drawn.
    QPointF place(qsizetype series, qsizetype stage) const;

    QSize sizeHint() const override { return { 560, 320 }; }
    QSize minimumSizeHint() const override { return { 300, 200 }; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    static constexpr double kLeft = 40;
    static constexpr double kTop = 12;
    static constexpr double kAboveTitles = 5;
    static constexpr double kBesideName = 10;
    static constexpr double kMark = 14; // before a name

    QRectF diagram() const;
    double y(double value) const;
    double stageWidth() const;
    double nameWidth() const; // of the longest series name with its mark
    double wordsHeight() const; // of the stages' titles
    int titleStep() const; // every which title has room: 1, all of them
    int widestWord(const QString& title) const; // of a title that is broken between words
    void describe();
    // stage_plot_draw.cpp
    void paintAxes(QPainter& painter) const;
    void paintReferenceName(QPainter& painter) const;
    void paintSeries(QPainter& painter, qsizetype index) const;
    void paintNames(QPainter& painter) const;

    QStringList m_stages;
    QVector<StageSeries> m_series;
    Order m_order = Order::Following;
    double m_reference = -1;
    QString m_referenceName;
};

} // namespace msrl::widgets
