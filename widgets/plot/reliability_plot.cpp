// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/reliability_plot.h"

#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace msrl::widgets {

namespace {

constexpr double kLeft = 40;
constexpr double kRight = 8;
constexpr double kTop = 8;
constexpr double kCounts = 34; // height of the bars that count
constexpr double kBottom = 36; // tick labels and the axis' name
constexpr int kTicks = 4;

} // namespace

ReliabilityPlot::ReliabilityPlot(QWidget* parent)
    : QWidget(parent)
{
    setFont(smallFont(font()));
    setAccessibleName(tr("Reliability diagram"));
}

void ReliabilityPlot::setBars(const QVector<ReliabilityBar>& bars)
{
    m_bars = bars;
    QStringList told;
    for (const ReliabilityBar& bar : bars)
        if (bar.count > 0)
            told << tr("claimed %1, right %2, %3 items")
                        .arg(bar.claimed, 0, 'f', 2)
                        .arg(bar.right, 0, 'f', 2)
                        .arg(bar.count);
    setAccessibleDescription(told.join(QStringLiteral("; ")));
    update();
}

void ReliabilityPlot::setEmptyText(const QString& text)
{
    m_empty = text;
    update();
}

QRectF ReliabilityPlot::diagram() const
{
    return { kLeft, kTop, width() - kLeft - kRight, height() - kTop - kCounts - kBottom };
}

QPointF ReliabilityPlot::at(double x, double y) const
{
    const QRectF area = diagram();
    return { area.left() + x * area.width(), area.bottom() - y * area.height() };
}

void ReliabilityPlot::paintAxes(QPainter& painter) const
{
    const Tokens& tokens = tokensFor(palette());
    const QRectF area = diagram();
    for (int tick = 0; tick <= kTicks; ++tick) {
        const double share = static_cast<double>(tick) / kTicks;
        const QString text = QString::number(share, 'g', 3);
        painter.setPen(QPen(blend(tokens.surface, tokens.line, 0.6), 1));
        painter.drawLine(at(0, share), at(1, share));
        painter.setPen(tokens.secondary);
        painter.drawText(
            QRectF(0, at(0, share).y() - 9, kLeft - 6, 18), Qt::AlignRight | Qt::AlignVCenter, text);
        painter.drawText(
            QRectF(at(share, 0).x() - 20, area.bottom() + kCounts + 1, 40, 16), Qt::AlignCenter, text);
    }
    painter.drawText(QRectF(area.left(), height() - 18, area.width(), 16), Qt::AlignCenter,
        tr("claimed probability; below the diagram: items"));
    painter.setPen(QPen(tokens.secondary, 1, Qt::DashLine));
    painter.drawLine(at(0, 0), at(1, 1));
}

void ReliabilityPlot::paintBar(QPainter& painter, const ReliabilityBar& bar, int most) const
{
    const Tokens& tokens = tokensFor(palette());
    const QColor colour = seriesColour(tokens, 0);
    const double left = at(bar.from, 0).x() + 1;
    const double right = at(bar.to, 0).x() - 1;
    painter.setPen(Qt::NoPen);
    painter.setBrush(blend(tokens.surface, colour, 0.28));
    const QPointF top = at(bar.claimed, bar.right);
    painter.drawRect(QRectF(left, top.y(), right - left, at(0, 0).y() - top.y()));
    painter.setBrush(blend(tokens.surface, tokens.secondary, 0.5));
    const double counted = (kCounts - 8) * bar.count / most;
    painter.drawRect(QRectF(left, at(0, 0).y() + 4, right - left, std::max(1.0, counted)));
    painter.setPen(QPen(colour, 1.5));
    const double middle = std::clamp(top.x(), left + 2, right - 2);
    painter.drawLine(QPointF(middle, at(0, bar.low).y()), QPointF(middle, at(0, bar.high).y()));
    painter.setBrush(colour);
    painter.drawEllipse(QPointF(middle, top.y()), 3.5, 3.5);
}

void ReliabilityPlot::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int most = 0;
    for (const ReliabilityBar& bar : m_bars)
        most = std::max(most, bar.count);
    if (most == 0) {
        painter.setPen(tokensFor(palette()).secondary);
        painter.drawText(rect().adjusted(16, 0, -16, 0), Qt::AlignCenter | Qt::TextWordWrap, m_empty);
        return;
    }
    paintAxes(painter);
    for (const ReliabilityBar& bar : m_bars)
        if (bar.count > 0)
            paintBar(painter, bar, most);
}

bool ReliabilityPlot::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (const ReliabilityBar& bar : m_bars) {
        const double x = help->pos().x();
        if (bar.count > 0 && x >= at(bar.from, 0).x() && x < at(bar.to, 0).x()) {
            QToolTip::showText(help->globalPos(),
                tr("%1 items claim %2 to %3, on average %4.\nRight: %5 (95 % interval %6–%7).")
                    .arg(bar.count)
                    .arg(bar.from, 0, 'g', 3)
                    .arg(bar.to, 0, 'g', 3)
                    .arg(bar.claimed, 0, 'f', 3)
                    .arg(bar.right, 0, 'f', 3)
                    .arg(bar.low, 0, 'f', 3)
                    .arg(bar.high, 0, 'f', 3),
                this);
            return true;
        }
    }
    QToolTip::hideText();
    return true;
}

} // namespace msrl::widgets
