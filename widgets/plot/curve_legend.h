// SPDX-License-Identifier: GPL-3.0-or-later
// A row of swatches with names and newest values; a click hides or shows its series.
#pragma once

#include <QVector>
#include <QWidget>

namespace msrl::widgets {

struct LegendEntry
{
    QString name;
    int colour = 0; // index into seriesColour()
    bool visible = true;
    QString value; // newest, formatted
};

class CurveLegend : public QWidget
{
    Q_OBJECT

public:
    explicit CurveLegend(QWidget* parent = nullptr);
    void setEntries(const QVector<LegendEntry>& entries);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void toggled(const QString& name, bool visible);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    QVector<QRect> boxes() const;
    int entryAt(const QPoint& position) const;

    QVector<LegendEntry> m_entries;
};

} // namespace msrl::widgets
