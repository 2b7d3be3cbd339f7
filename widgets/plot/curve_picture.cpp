// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_picture.h"

#include "widgets/plot/curve_plot.h"
#include "widgets/plot/custom_plot.h"

#include <QFileInfo>
#include <QPdfWriter>
#include <QPixmap>
#include <QSvgGenerator>

namespace msrl::widgets {

namespace {

constexpr int kPictureScale = 2;
constexpr int kDotsPerInch = 96; // one pixel of the screen is one unit of the drawing

// The plot keeps its picture as pixels; it is drawn anew here, everything around it as it is.
bool draw(QWidget& frame, CurvePlot& plot, QPaintDevice& device)
{
    QCPPainter painter;
    if (!painter.begin(&device))
        return false;
    QCustomPlot& inner = *plot.plot();
    const QRect place(inner.mapTo(&frame, QPoint()), inner.size());
    frame.render(&painter, QPoint(), QRegion(frame.rect()) - place);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.translate(place.topLeft());
    inner.toPainter(&painter, place.width(), place.height());
    return painter.end();
}

bool writeSvg(QWidget& frame, CurvePlot& plot, const QString& file)
{
    QSvgGenerator svg;
    svg.setFileName(file);
    svg.setSize(frame.size());
    svg.setViewBox(frame.rect());
    svg.setResolution(kDotsPerInch);
    return draw(frame, plot, svg);
}

bool writePdf(QWidget& frame, CurvePlot& plot, const QString& file)
{
    QPdfWriter pdf(file);
    pdf.setResolution(kDotsPerInch);
    pdf.setPageSize(QPageSize(QSizeF(frame.size()) / kDotsPerInch, QPageSize::Inch));
    pdf.setPageMargins(QMarginsF());
    return draw(frame, plot, pdf);
}

bool writePng(QWidget& frame, const QString& file)
{
    QPixmap picture(frame.size() * kPictureScale);
    picture.setDevicePixelRatio(kPictureScale);
    frame.render(&picture);
    return picture.save(file, "PNG");
}

} // namespace

bool writeCurvePicture(QWidget& frame, CurvePlot& plot, const QString& file)
{
    plot.bringUpToDate();
    const QString kind = QFileInfo(file).suffix().toLower();
    const bool written = kind == QLatin1String("svg") ? writeSvg(frame, plot, file)
        : kind == QLatin1String("pdf")                ? writePdf(frame, plot, file)
                                                      : writePng(frame, file);
    // A generator that could not open its file says so only on the terminal.
    return written && QFileInfo(file).size() > 0;
}

} // namespace msrl::widgets
