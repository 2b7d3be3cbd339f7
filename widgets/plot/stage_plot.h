// SPDX-License-Identifier: GPL-3.0-or-later
// Shares through the stages of a curriculum: a line per series, a bar for each point's interval. Series
// differ in colour and in the shape of their points; each is named at its right end.
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
    QRectF diagram() const;
    double y(double value) const;
    double stageWidth() const;
    double nameWidth() const; // of the longest series name
    void describe();
    void paintAxes(QPainter& painter) const;
    void paintSeries(QPainter& painter, qsizetype index) const;
    void paintNames(QPainter& painter) const;

    QStringList m_stages;
    QVector<StageSeries> m_series;
    double m_reference = -1;
    QString m_referenceName;
};

} // namespace msrl::widgets
