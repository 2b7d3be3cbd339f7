// SPDX-License-Identifier: GPL-3.0-or-later
// The crosshair of one plot, on a layer of its own: moving it redraws nothing else.
#pragma once

#include <QColor>
#include <QObject>
#include <QString>

#include <vector>

class QCPItemStraightLine;
class QCustomPlot;
class QLabel;

namespace msrl::widgets {

class CurveCursor : public QObject
{
    Q_OBJECT

public:
    struct Row
    {
        QString series;
        QString value;
        QColor colour;
    };

    explicit CurveCursor(QCustomPlot& plot);

    void show(double x, const QString& title, const std::vector<Row>& rows);
    void hide();
    void applyColours();

private:
    void placeBox(double pixelX);

    QCustomPlot& m_plot;
    QCPItemStraightLine* m_line = nullptr;
    QLabel* m_box = nullptr;
};

} // namespace msrl::widgets
