// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/curve_cursor.h"

#include "widgets/plot/custom_plot.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QLabel>

namespace msrl::widgets {

namespace {

QString layerName()
{
    return QStringLiteral("cursor");
}

} // namespace

CurveCursor::CurveCursor(QCustomPlot& plot)
    : QObject(&plot)
    , m_plot(plot)
    , m_box(new QLabel(&plot))
{
    plot.addLayer(layerName());
    plot.layer(layerName())->setMode(QCPLayer::lmBuffered);
    m_line = new QCPItemStraightLine(&plot); // owned by the plot
    m_line->setLayer(layerName());
    m_line->point1->setTypeX(QCPItemPosition::ptPlotCoords);
    m_line->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_line->point2->setTypeX(QCPItemPosition::ptPlotCoords);
    m_line->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_line->setVisible(false);
    m_line->setSelectable(false);
    m_box->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_box->setTextFormat(Qt::RichText);
    m_box->hide();
    applyColours();
}

void CurveCursor::show(double x, const QString& title, const std::vector<Row>& rows)
{
    m_line->point1->setCoords(x, 0);
    m_line->point2->setCoords(x, 1);
    m_line->setVisible(true);
    QString html = QStringLiteral("<table cellspacing=0 cellpadding=1><tr><td colspan=3>%1</td></tr>")
                       .arg(title.toHtmlEscaped());
    for (const Row& row : rows)
        html += QStringLiteral("<tr><td><font color='%1'>■&nbsp;</font></td><td>%2&nbsp;&nbsp;</td>"
                               "<td align=right><b>%3</b></td></tr>")
                    .arg(row.colour.name(), row.series.toHtmlEscaped(), row.value.toHtmlEscaped());
    m_box->setText(html + QStringLiteral("</table>"));
    m_box->adjustSize();
    placeBox(m_plot.xAxis->coordToPixel(x));
    m_box->setVisible(!rows.empty());
    m_plot.layer(layerName())->replot();
}

void CurveCursor::hide()
{
    if (!m_line->visible())
        return;
    m_line->setVisible(false);
    m_box->hide();
    m_plot.layer(layerName())->replot();
}

void CurveCursor::applyColours()
{
    const Tokens& tokens = tokensFor(m_plot.palette());
    m_line->setPen(QPen(tokens.secondary, 1, Qt::DotLine));
    m_box->setStyleSheet(QStringLiteral(
        "background: %1; color: %2; border: 1px solid %3; border-radius: 6px; padding: 3px 6px;")
                             .arg(tokens.raised.name(), tokens.text.name(), tokens.line.name()));
    m_box->setFont(smallFont(m_plot.font()));
}

void CurveCursor::placeBox(double pixelX)
{
    const QRect area = m_plot.axisRect()->rect();
    int left = static_cast<int>(pixelX) + kGap;
    if (left + m_box->width() > m_plot.width())
        left = std::max(0, static_cast<int>(pixelX) - kGap - m_box->width());
    m_box->move(left, area.top() + kGrid);
}

} // namespace msrl::widgets
